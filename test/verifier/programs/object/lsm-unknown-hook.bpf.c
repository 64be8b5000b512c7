/* expect: kind=attach-target; kernels=6.1-; with=object */
#include "../program.h"

struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, __u32); __type(value, __u64); __uint(max_entries, 8); } seen SEC(".maps");

SEC("lsm/bpf_lsm_inode_getsecurity")
int program(__u64 *ctx) // <- here
{
	return 0;
}
