/* expect: kind=reference-leak */
#include "../program.h"

RINGBUF(events);

static __noinline int send(__u64 value)
{
	__u64 *event = bpf_ringbuf_reserve(&events, 8, 0); // <- here

	if (!event)
		return -1;
	*event = value;
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	return send(bpf_ktime_get_ns());
}
