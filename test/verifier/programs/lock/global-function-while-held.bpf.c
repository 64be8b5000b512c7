/* expect: kind=lock-held; kernels=6.12- */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 1);

__noinline int report(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct account *account = bpf_map_lookup_elem(&accounts, &zero);
	int length;

	if (!account)
		return TC_ACT_OK;
	bpf_spin_lock(&account->lock);
	length = report(skb); // <- here
	bpf_spin_unlock(&account->lock);
	return length;
}
