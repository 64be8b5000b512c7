/* expect: kind=btf-access */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	*(__u32 *)&counts = skb->len; // <- here
	return 0;
}
