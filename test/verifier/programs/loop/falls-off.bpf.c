/* expect: kind=falls-through */
#include "../program.h"

SEC("socket")
__attribute__((naked)) int program(struct __sk_buff *skb)
{
	asm volatile("r0 = 1"); // <- here
}
