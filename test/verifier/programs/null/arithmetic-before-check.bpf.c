/* expect: kind=null-check */
#include "../program.h"

struct pair { __u64 a; __u64 b; };
HASH(pairs, __u32, struct pair);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	struct pair *pair = bpf_map_lookup_elem(&pairs, &key);
	__u64 *b;

	asm volatile("%0 = %1\n%0 += 8" : "=r"(b) : "r"(pair)); // <- here
	if (!pair)
		return 0;
	return *b;
}
