/* expect: kind=stack-bounds */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	char text[16] = {};

	text[skb->len] = 1; // <- here
	return text[skb->mark & 15];
}
