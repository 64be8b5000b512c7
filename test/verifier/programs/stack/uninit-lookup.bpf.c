/* expect: kind=stack-uninit; rights=bpf */
#include "../program.h"

HASH(counts, __u64, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 key;
	__u64 *count;

	*(__u32 *)&key = skb->len;
	count = bpf_map_lookup_elem(&counts, &key); // <- here
	return count ? 1 : 0;
}
