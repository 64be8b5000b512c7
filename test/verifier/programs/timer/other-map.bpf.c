/* expect: kind=map-mismatch; kernels=6.1- */
#include "../program.h"

struct elem { struct bpf_timer timer; };
ARRAY(timers, struct elem, 1);
ARRAY(others, struct elem, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct elem *elem = bpf_map_lookup_elem(&timers, &zero);

	if (elem)
		bpf_timer_init(&elem->timer, &others, 1); // <- here
	return 0;
}
