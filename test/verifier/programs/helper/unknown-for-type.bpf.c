/* expect: kind=helper-not-allowed */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	return bpf_redirect_neigh(1, NULL, 0, 0); // <- here
}
