/* expect: kind=null-check */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

	bpf_ringbuf_submit(event, 0); // <- here
	return 0;
}
