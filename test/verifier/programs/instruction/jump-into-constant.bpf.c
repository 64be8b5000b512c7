/* expect: kind=control-flow; with=object */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("if r1 == 0 goto +1\nr0 = 7 ll"); // <- here
	return 0;
}
