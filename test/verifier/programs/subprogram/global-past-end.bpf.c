/* expect: kind=memory-bounds; kernels=6.1- */
#include "../program.h"

__noinline int sum_of(__u32 *pair)
{
	if (!pair)
		return 0;
	return pair[0] + pair[1]; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 pair[2] = {3, 4};

	return sum_of(pair);
}
