/* expect: kind=read-only-write */
#include "../program.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_WRONLY_PROG);
} sink SEC(".maps");

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u32 *value = bpf_map_lookup_elem(&sink, &zero);

	return value ? *value : 0; // <- here
}
