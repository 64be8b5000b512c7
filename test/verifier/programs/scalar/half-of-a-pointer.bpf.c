/* expect: kind=pointer-arithmetic */
#include "../program.h"

SEC("socket")
__attribute__((naked)) int program(struct __sk_buff *skb)
{
	asm volatile("w1 += 4\nr0 = 0\nexit"); // <- here
}
