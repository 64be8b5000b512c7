/* expect: kind=pointer-leak; rights=bpf */
#include "../program.h"

ARRAY(values, __u64, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&values, &zero);

	if (!value)
		return TC_ACT_OK;
	*value = (__u64)skb; // <- here
	return TC_ACT_OK;
}
