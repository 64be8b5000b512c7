/* expect: kind=kptr; kernels=6.1- */
#include "../program.h"

struct slot { void *task; __u64 count; };
ARRAY(slots, struct slot, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &zero);

	if (!slot)
		return TC_ACT_OK;
	return bpf_kptr_xchg(&slot->task, NULL) != NULL; // <- here
}
