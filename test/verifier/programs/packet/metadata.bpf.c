/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	__u32 *meta = (void *)(long)ctx->data_meta;

	*meta = 1; // <- here
	return XDP_PASS;
}
