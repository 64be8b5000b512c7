/* expect: kind=pointer-leak */
#include "../program.h"

ARRAY(values, __u64, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&values, &zero);

	skb->cb[0] = 1;
	asm volatile("*(u64 *)(%0 + 48) = %1" : : "r"(skb), "r"(value)); // <- here
	return TC_ACT_OK;
}
