/* expect: kind=global-function; kernels=6.1- */
#include "../program.h"

struct pair { __u32 a, b; };

__noinline int sum_of(struct pair *pair)
{
	return pair ? pair->a + pair->b : 0;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	return sum_of((struct pair *)(long)skb->len); // <- here
}
