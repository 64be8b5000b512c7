/* expect: kind=ctx-access; kernels=6.1- */
#include "../program.h"

SEC("fentry/vfs_read")
int program(__u64 *ctx)
{
	return ctx[9]; // <- here
}
