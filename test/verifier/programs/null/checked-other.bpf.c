/* expect: kind=null-check */
#include "../program.h"

HASH(first, __u32, __u64);
HASH(second, __u32, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 *a = bpf_map_lookup_elem(&first, &key);
	__u64 *b = bpf_map_lookup_elem(&second, &key);

	if (!a)
		return 0;
	return *a + *b; // <- here
}
