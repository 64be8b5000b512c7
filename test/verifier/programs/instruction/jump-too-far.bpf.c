/* expect: kind=control-flow; with=object */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile("goto +900"); // <- here
	return 0;
}
