/* expect: kind=packet-bounds */
#include "../program.h"

static __noinline int port_of(void *at, void *data_end)
{
	struct udphdr *udp = at;

	if (at > data_end)
		return 0;
	return udp->dest; // <- here
}

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	return port_of(data, data_end) == 53 ? XDP_PASS : XDP_DROP;
}
