/* expect: kind=instruction; with=object */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	asm volatile(".byte 0xf5, 0, 0, 0, 0, 0, 0, 0"); // <- here
	return 0;
}
