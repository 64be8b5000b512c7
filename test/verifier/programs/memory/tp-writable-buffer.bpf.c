/* expect: kind=memory-bounds; kernels=6.1- */
#include "../program.h"

SEC("raw_tp.w/bpf_test_finish")
int program(__u64 *ctx)
{
	int *error = (int *)ctx[0];

	return error[9]; // <- here
}
