/* expect: kind=reference-leak */
#include "../program.h"

RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 8, 0); // <- here

	if (!event)
		return 0;
	*event = bpf_ktime_get_ns();
	if (*event & 1)
		return 0;
	bpf_ringbuf_submit(event, 0);
	return 0;
}
