/* expect: kind=callback; kernels=6.12- */
#include "../program.h"

__noinline int step(__u32 i, void *data)
{
	return 0;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_loop(10, step, NULL, 0); // <- here
	return 0;
}
