/* expect: kind=stack-uninit */
#include "../program.h"

struct event { __u8 kind; __u32 pid; };
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct event event;

	event.kind = 1;
	event.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event)); // <- here
	return 0;
}
