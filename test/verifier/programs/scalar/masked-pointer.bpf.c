/* expect: kind=pointer-arithmetic */
#include "../program.h"

ARRAY(values, __u64, 4);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&values, &zero);

	if (!value)
		return 0;
	value = (__u64 *)((long)value & ~7L); // <- here
	return *value;
}
