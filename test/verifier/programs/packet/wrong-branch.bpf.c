/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) < data_end)
		return XDP_PASS;
	return eth->h_dest[0] == 1 ? XDP_TX : XDP_DROP; // <- here
}
