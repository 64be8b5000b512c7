/* expect: kind=null-check */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = skb->protocol;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	__sync_fetch_and_add(count, 1); // <- here
	return 0;
}
