/* expect: kind=stack-bounds */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 slots[4] = {};
	__u32 at = skb->len;

	slots[skb->mark & 3] = 7;
	return slots[at & 7]; // <- here
}
