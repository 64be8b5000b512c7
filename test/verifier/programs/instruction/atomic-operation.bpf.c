/* expect: kind=instruction */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 n = 1;

	asm volatile("r2 = r10\nr2 += -8\n*(u64 *)(r2 + 0) = %0\n.byte 0xdb, 0x12, 0, 0, 0x33, 0, 0, 0" : : "r"(n) : "r2"); // <- here
	return 0;
}
