/* expect: kind=sleepable-context; kernels=6.1- */
#include "../program.h"

SEC("fentry.s/vfs_read")
int program(__u64 *ctx)
{
	return 0; // <- here
}
