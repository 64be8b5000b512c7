/* expect: kind=frame-pointer */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("r10 = 0"); // <- here
	return 0;
}
