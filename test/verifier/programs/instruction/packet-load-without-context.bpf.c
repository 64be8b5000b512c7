/* expect: kind=instruction */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("r6 = 0\nr0 = *(u8 *)skb[12]" : : : "r0", "r1", "r2", "r3", "r4", "r5", "r6"); // <- here
	return 0;
}
