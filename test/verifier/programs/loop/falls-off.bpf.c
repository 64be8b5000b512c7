/* expect: kind=falls-through; with=object */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("r0 = 1"); // <- here
	__builtin_unreachable();
}
