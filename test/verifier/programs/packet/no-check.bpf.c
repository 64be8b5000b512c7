/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	struct ethhdr *eth = data;

	if (eth->h_proto == bpf_htons(ETH_P_IP)) // <- here
		return XDP_PASS;
	return XDP_DROP;
}
