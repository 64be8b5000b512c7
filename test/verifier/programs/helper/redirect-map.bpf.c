/* expect: kind=map-type */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("xdp")
int program(struct xdp_md *ctx)
{
	return bpf_redirect_map(&counts, 0, 0); // <- here
}
