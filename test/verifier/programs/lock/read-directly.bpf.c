/* expect: kind=special-field */
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
	return *(__u32 *)&account->lock; // <- here
}
