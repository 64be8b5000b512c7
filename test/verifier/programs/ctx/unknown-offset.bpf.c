/* expect: kind=ctx-access */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	return *(__u32 *)((char *)ctx + 200); // <- here
}
