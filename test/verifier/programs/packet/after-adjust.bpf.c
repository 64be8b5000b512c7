/* expect: kind=packet-pointer-stale */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > data_end)
		return XDP_DROP;
	if (bpf_xdp_adjust_head(ctx, 14))
		return XDP_DROP;
	eth->h_dest[0] = 1; // <- here
	return XDP_TX;
}
