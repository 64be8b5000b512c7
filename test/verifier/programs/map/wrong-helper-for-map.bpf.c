/* expect: kind=map-type */
#include "../program.h"

RINGBUF(events);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u32 *value = bpf_map_lookup_elem(&events, &zero); // <- here

	return value ? *value : 0;
}
