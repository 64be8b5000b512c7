/* expect: kind=infinite-loop */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("back%=: r1 = 1\nif r1 == 1 goto back%=" : : : "r1"); // <- here
	return 0;
}
