/* expect: kind=constant-argument; kernels=6.1- */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u64 size = bpf_get_current_pid_tgid() & 63;
	char *event = bpf_ringbuf_reserve(&events, size, 0); // <- here

	if (event)
		bpf_ringbuf_discard(event, 0);
	return 0;
}
