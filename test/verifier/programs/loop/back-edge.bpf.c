/* expect: kind=infinite-loop */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("l1: r1 = 1\ngoto l1"); // <- here
	return 0;
}
