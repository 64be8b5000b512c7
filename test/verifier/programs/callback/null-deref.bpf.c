/* expect: kind=null-check; kernels=6.1- */
#include "../program.h"

HASH(counts, __u32, __u64);

static int step(__u32 i, void *data)
{
	__u64 *count = bpf_map_lookup_elem(&counts, &i);

	*count += 1; // <- here
	return 0;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_loop(10, step, 0, 0);
	return 0;
}
