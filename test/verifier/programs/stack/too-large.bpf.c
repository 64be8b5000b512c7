/* expect: kind=stack-limit */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("r1 = 0\n*(u64 *)(r10 - 520) = r1" : : : "r1"); // <- here
	return 0;
}
