/* expect: kind=null-check */
#include "../program.h"

HASH(counts, __u32, __u64);

static __noinline int weight(__u32 len)
{
	return len > 100 ? 2 : 1;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);
	__u32 add = weight(skb->len);
	__u32 mark = weight(skb->mark) + weight(skb->hash) + weight(skb->priority);

	*count += add + mark; // <- here
	return 0;
}
