/* expect: kind=attach-target; kernels=6.1-; with=object */
#include "../program.h"

SEC("fmod_ret/vfs_read")
int program(__u64 *ctx) // <- here
{
	return 0;
}
