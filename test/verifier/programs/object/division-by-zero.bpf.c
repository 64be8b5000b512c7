/* expect: kind=instruction */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 n = skb->len;

	asm volatile("%0 /= 0" : "+r"(n)); // <- here
	return n;
}
