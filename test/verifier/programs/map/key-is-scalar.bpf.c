/* expect: kind=argument-type */
#include "../program.h"

HASH(counts, __u64, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 *value = bpf_map_lookup_elem(&counts, (void *)(long)skb->len); // <- here

	return value ? *value : 0;
}
