/* expect: kind=lock-usage */
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
	bpf_spin_lock((struct bpf_spin_lock *)&account->total); // <- here
	bpf_spin_unlock((struct bpf_spin_lock *)&account->total);
	return TC_ACT_OK;
}
