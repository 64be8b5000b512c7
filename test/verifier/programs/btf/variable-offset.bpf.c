/* expect: kind=btf-access; kernels=6.1- */
#include "../program.h"

SEC("fentry/vfs_read")
int program(__u64 *ctx)
{
	char *file = (char *)ctx[0];
	__u64 at = bpf_get_prandom_u32() & 7;

	return file[at]; // <- here
}
