/* expect: kind=reference-leak; kernels=6.1- */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct bpf_dynptr event;

	bpf_ringbuf_reserve_dynptr(&events, 8, 0, &event); // <- here
	return 0;
}
