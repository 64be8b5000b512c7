/* expect: kind=pointer-leak; rights=bpf */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_clone_redirect(skb, 1, (__u64)skb); // <- here
	return TC_ACT_OK;
}
