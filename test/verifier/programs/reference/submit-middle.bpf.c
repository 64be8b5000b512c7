/* expect: kind=release-offset */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 16, 0);

	if (!event)
		return 0;
	bpf_ringbuf_submit(event + 1, 0); // <- here
	return 0;
}
