/* expect: kind=lock-usage; with=object */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 1);

SEC("socket")
int program(struct __sk_buff *skb) // <- here
{
	__u32 zero = 0;
	struct account *account = bpf_map_lookup_elem(&accounts, &zero);

	return account ? account->total : 0;
}
