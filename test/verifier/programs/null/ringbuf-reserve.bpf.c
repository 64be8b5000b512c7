/* expect: kind=null-check */
#include "../program.h"

struct event { __u32 pid; __u32 uid; };
RINGBUF(events);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	event->pid = bpf_get_current_pid_tgid() >> 32; // <- here
	bpf_ringbuf_submit(event, 0);
	return 0;
}
