/* expect: kind=argument-type; kernels=6.1- */
#include "../program.h"

struct elem { struct bpf_timer timer; };
ARRAY(timers, struct elem, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_timer timer = {};

	bpf_timer_init(&timer, &timers, 1); // <- here
	return 0;
}
