/* expect: kind=read-only-write */
#include "../program.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_RDONLY_PROG);
} settings SEC(".maps");

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0, one = 1;

	bpf_map_update_elem(&settings, &zero, &one, 0); // <- here
	return 0;
}
