/* expect: kind=dynptr; kernels=6.12- */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct bpf_dynptr event;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event);
	*(volatile __u64 *)&event = 0; // <- here
	bpf_ringbuf_submit_dynptr(&event, 0);
	return 0;
}
