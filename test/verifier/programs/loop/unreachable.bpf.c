/* expect: kind=unreachable-code */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("r0 = 0\nexit\nr0 = 1"); // <- here
	return 0;
}
