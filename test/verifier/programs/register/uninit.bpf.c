/* expect: kind=uninit-register */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 value;

	asm volatile("%0 = r7" : "=r"(value)); // <- here
	return value;
}
