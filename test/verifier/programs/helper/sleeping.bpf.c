/* expect: kind=sleepable-context; kernels=6.1- */
#include "../program.h"

SEC("fentry/vfs_read")
int program(__u64 *ctx)
{
	char text[8] = {};

	bpf_copy_from_user(text, sizeof(text), (void *)ctx[1]); // <- here
	return text[0];
}
