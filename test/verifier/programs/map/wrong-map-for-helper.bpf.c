/* expect: kind=map-type */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &counts, 0); // <- here
	return TC_ACT_OK;
}
