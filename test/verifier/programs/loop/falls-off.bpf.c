/* expect: kind=falls-through; with=object */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb) // <- here
{
	asm volatile("r0 = 1");
	__builtin_unreachable();
}
