/* expect: kind=btf-access; kernels=6.1- */
#include "../program.h"

SEC("fentry/vfs_read")
int program(__u64 *ctx)
{
	char *file = (char *)ctx[0];

	return *(__u64 *)(file + 65000); // <- here
}
