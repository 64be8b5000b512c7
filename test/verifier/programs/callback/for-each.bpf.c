/* expect: kind=map-value-bounds; kernels=6.1- */
#include "../program.h"

HASH(counts, __u32, __u64);

static int each(void *map, __u32 *key, __u64 *value, void *data)
{
	return value[1] == 4; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&counts, each, 0, 0);
	return 0;
}
