/* expect: kind=pointer-arithmetic */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data_end = (void *)(long)ctx->data_end;

	data_end += 4; // <- here
	return data_end > (void *)(long)ctx->data;
}
