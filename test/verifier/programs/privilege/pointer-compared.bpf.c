/* expect: kind=pointer-compare; rights=bpf */
#include "../program.h"

ARRAY(values, __u64, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&values, &zero);

	if (!value)
		return TC_ACT_OK;
	if ((__u64)value > skb->mark) // <- here
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}
