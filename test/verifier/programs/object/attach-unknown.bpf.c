/* expect: kind=attach-target; kernels=6.1- */
#include "../program.h"

SEC("fmod_ret/vfs_read")
int program(__u64 *ctx)
{
	return 0; // <- here
}
