/* expect: kind=stack-bounds; kernels=6.1- */
#include "../program.h"

struct state { __u32 at; __u32 sum; };

static int step(__u32 i, struct state *state)
{
	__u32 *cells = &state->at;

	cells[i & 3] = i; // <- here
	return 0;
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	struct state state = {};

	bpf_loop(10, step, &state, 0);
	return state.sum;
}
