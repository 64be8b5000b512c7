/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;
	unsigned char *data_end = (void *)(long)ctx->data_end;

	if (data + 20 > data_end)
		return XDP_DROP;
	return data[20] == 7 ? XDP_PASS : XDP_DROP; // <- here
}
