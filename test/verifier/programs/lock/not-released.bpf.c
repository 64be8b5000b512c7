/* expect: kind=lock-held */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct account *account = bpf_map_lookup_elem(&accounts, &zero);

	if (!account)
		return TC_ACT_OK;
	bpf_spin_lock(&account->lock); // <- here
	account->total += skb->len;
	if (account->total > 1000)
		return TC_ACT_SHOT;
	bpf_spin_unlock(&account->lock);
	return TC_ACT_OK;
}
