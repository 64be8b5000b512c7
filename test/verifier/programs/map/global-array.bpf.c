/* expect: kind=map-value-bounds */
#include "../program.h"

__u32 table[8];

SEC("socket")
int program(struct __sk_buff *skb)
{
	return table[skb->len]; // <- here
}
