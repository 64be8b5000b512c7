/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if (data + 6 > data_end)
		return XDP_DROP;
	eth->h_proto = bpf_htons(ETH_P_IP); // <- here
	return XDP_TX;
}
