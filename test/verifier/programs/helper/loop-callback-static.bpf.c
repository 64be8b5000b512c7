/* expect: kind=return-value; kernels=6.1- */
#include "../program.h"

static int step(__u32 i, void *data)
{
	return i; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_loop(100, step, 0, 0);
	return 0;
}
