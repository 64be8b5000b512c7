/* expect: kind=map-type; kernels=6.1-; with=object */
#include "../program.h"

struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");

SEC("syscall")
int program(void *ctx) // <- here
{
	__u32 zero = 0;

	return bpf_map_delete_elem(&events, &zero);
}
