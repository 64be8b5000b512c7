/* expect: kind=helper-unknown */
#include "../program.h"

static long (*const bpf_from_the_future)(void) = (void *)9999;

SEC("socket")
int program(struct __sk_buff *skb)
{
	return bpf_from_the_future(); // <- here
}
