/* expect: kind=argument-type; kernels=6.1- */
#include "../program.h"

static int step(__u32 i, void *data)
{
	return 0;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_loop(10, (void *)(long)skb->len, NULL, 0); // <- here
	bpf_loop(10, step, NULL, 0);
	return 0;
}
