/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	__u64 start = ctx->data;
	__u64 end = ctx->data_end;
	unsigned char *data = (void *)(long)ctx->data;

	if (end - start < 14)
		return XDP_DROP;
	return data[13] == 6 ? XDP_PASS : XDP_DROP; // <- here
}
