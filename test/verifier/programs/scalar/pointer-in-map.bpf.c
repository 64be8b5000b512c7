/* expect: kind=scalar-dereference */
#include "../program.h"

HASH(pointers, __u32, __u64 *);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = 1;
	__u64 **slot = bpf_map_lookup_elem(&pointers, &key);

	if (!slot || !*slot)
		return 0;
	return **slot; // <- here
}
