/* expect: kind=special-field; kernels=6.1- */
#include "../program.h"

struct elem { struct bpf_timer timer; __u64 count; };
ARRAY(timers, struct elem, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct elem *elem = bpf_map_lookup_elem(&timers, &zero);

	if (elem)
		*(volatile __u64 *)&elem->timer = 0; // <- here
	return 0;
}
