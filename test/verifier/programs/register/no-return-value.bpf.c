/* expect: kind=uninit-register */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("exit"); // <- here
	return skb->len;
}
