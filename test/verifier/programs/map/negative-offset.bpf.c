/* expect: kind=map-value-bounds */
#include "../program.h"

ARRAY(values, __u64, 1);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&values, &zero);

	if (!value)
		return 0;
	return value[-1]; // <- here
}
