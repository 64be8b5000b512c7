/* expect: kind=map-type */
#include "../program.h"

ARRAY(jumps, __u32, 4);

SEC("xdp")
int program(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &jumps, 2); // <- here
	return XDP_PASS;
}
