/* expect: kind=return-value */
#include "../program.h"

SEC("sk_lookup")
int program(struct bpf_sk_lookup *ctx)
{
	return 5; // <- here
}
