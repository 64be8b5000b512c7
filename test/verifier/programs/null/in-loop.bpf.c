/* expect: kind=null-check */
#include "../program.h"

ARRAY(slots, __u64, 8);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 sum = 0;

	for (__u32 i = 0; i < 8; i++) {
		__u64 *slot = bpf_map_lookup_elem(&slots, &i);
		sum += *slot; // <- here
	}
	return sum;
}
