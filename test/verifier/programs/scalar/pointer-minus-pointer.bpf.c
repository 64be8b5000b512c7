/* expect: kind=pointer-arithmetic */
#include "../program.h"

ARRAY(values, __u64, 4);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	char *value = bpf_map_lookup_elem(&values, &zero);
	char *at = (char *)&zero;

	if (!value)
		return 0;
	asm volatile("%0 += %1" : "+r"(value) : "r"(at)); // <- here
	return value[0];
}
