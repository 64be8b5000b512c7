/* expect: kind=null-check; kernels=6.1- */
#include "../program.h"

__noinline int sum_of(__u32 *pair)
{
	return *pair + 1; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 pair = 3;

	return sum_of(&pair);
}
