/* expect: kind=uninit-register */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("if %0 == 7 goto +1\nexit" : : "r"(skb->len)); // <- here
	return 0;
}
