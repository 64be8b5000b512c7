/* expect: kind=null-check; kernels=6.1- */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct bpf_dynptr event;
	__u64 *data;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event);
	data = bpf_dynptr_data(&event, 0, 8);
	*data = 1; // <- here
	bpf_ringbuf_submit_dynptr(&event, 0);
	return 0;
}
