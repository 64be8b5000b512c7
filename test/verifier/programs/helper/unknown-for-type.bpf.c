/* expect: kind=helper-not-allowed */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	return bpf_redirect_neigh(1, NULL, 0, 0); // <- here
}
