/* expect: kind=lock-usage */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 2);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0, one = 1;
	struct account *a = bpf_map_lookup_elem(&accounts, &zero);
	struct account *b = bpf_map_lookup_elem(&accounts, &one);

	if (!a || !b)
		return TC_ACT_OK;
	bpf_spin_lock(&a->lock);
	a->total++;
	bpf_spin_unlock(&b->lock); // <- here
	return TC_ACT_OK;
}
