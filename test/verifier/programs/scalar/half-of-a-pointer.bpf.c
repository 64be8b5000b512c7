/* expect: kind=pointer-arithmetic */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 half;

	asm volatile("%0 = %1\n.byte 0x04, 0x00, 0, 0, 4, 0, 0, 0" : "=r"(half) : "r"(skb)); // <- here
	return half;
}
