/* expect: kind=null-check */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = skb->len;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	*count += 1; // <- here
	return 0;
}
