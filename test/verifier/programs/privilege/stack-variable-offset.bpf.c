/* expect: kind=privilege; rights=bpf */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[16] = {};

	text[skb->len & 15] = 1; // <- here
	return text[skb->mark & 15];
}
