/* expect: kind=lock-usage */
#include "../program.h"

struct account { struct bpf_spin_lock lock; __u64 total; };
ARRAY(accounts, struct account, 1);

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	__u32 zero = 0;
	struct account *account = bpf_map_lookup_elem(&accounts, &zero); // <- here

	return account ? account->total : 0;
}
