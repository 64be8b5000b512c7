/* expect: kind=uninit-register */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 value;

	asm volatile("r1 = 1\ncall 5\n%0 = r1" : "=r"(value) : : "r0", "r1", "r2", "r3", "r4", "r5"); // <- here
	return value;
}
