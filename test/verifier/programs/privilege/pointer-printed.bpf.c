/* expect: kind=pointer-leak; rights=bpf */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u64 address = (__u64)skb;

	bpf_csum_update(skb, address); // <- here
	return TC_ACT_OK;
}
