/* expect: kind=use-after-release; kernels=6.1- */
#include "../program.h"

RINGBUF(events);

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_dynptr event;
	__u64 *data;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event);
	data = bpf_dynptr_data(&event, 0, 8);
	if (!data) {
		bpf_ringbuf_discard_dynptr(&event, 0);
		return 0;
	}
	bpf_ringbuf_submit_dynptr(&event, 0);
	return *data; // <- here
}
