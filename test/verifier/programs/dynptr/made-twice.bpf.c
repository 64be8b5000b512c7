/* expect: kind=dynptr; kernels=6.12- */
#include "../program.h"

RINGBUF(events);

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_dynptr event;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event);
	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event); // <- here
	bpf_ringbuf_submit_dynptr(&event, 0);
	return 0;
}
