/* expect: kind=use-after-release */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 8, 0);

	if (!event)
		return 0;
	*event = 1;
	bpf_ringbuf_submit(event, 0);
	return *event == 1; // <- here
}
