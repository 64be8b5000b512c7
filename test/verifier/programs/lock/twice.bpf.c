/* expect: kind=lock-held */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 2);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0, one = 1;
	struct account *from = bpf_map_lookup_elem(&accounts, &zero);
	struct account *to = bpf_map_lookup_elem(&accounts, &one);

	if (!from || !to)
		return TC_ACT_OK;
	bpf_spin_lock(&from->lock);
	bpf_spin_lock(&to->lock); // <- here
	to->total += 1;
	bpf_spin_unlock(&to->lock);
	bpf_spin_unlock(&from->lock);
	return TC_ACT_OK;
}
