/* expect: kind=size-argument */
#include "../program.h"

struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	char text[64];
	int length = bpf_probe_read_kernel_str(text, sizeof(text), ctx);

	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, text, length); // <- here
	return 0;
}
