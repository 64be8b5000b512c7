/* expect: kind=return-value; kernels=6.1- */
#include "../program.h"

struct elem { struct bpf_timer timer; };
ARRAY(timers, struct elem, 1);

static int expired(void *map, __u32 *key, struct elem *elem)
{
	return 3; // <- here
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct elem *elem = bpf_map_lookup_elem(&timers, &zero);

	if (elem)
		bpf_timer_set_callback(&elem->timer, expired);
	return 0;
}
