/* expect: kind=sleepable-context; kernels=6.1-; with=object */
#include "../program.h"

SEC("fentry.s/vfs_read")
int program(__u64 *ctx) // <- here
{
	return 0;
}
