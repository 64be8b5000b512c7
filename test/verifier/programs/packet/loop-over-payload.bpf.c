/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data;
	unsigned char *data_end = (void *)(long)ctx->data_end;
	__u32 sum = 0;

	if (data + 32 > data_end)
		return XDP_DROP;
	for (int i = 0; i < 40; i++)
		sum += data[i]; // <- here
	return sum & 1 ? XDP_PASS : XDP_DROP;
}
