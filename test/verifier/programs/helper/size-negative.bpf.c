/* expect: kind=size-argument */
#include "../program.h"

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	char text[64] = {};
	int length = bpf_get_current_pid_tgid();

	if (length > 64)
		return 0;
	bpf_probe_read_kernel(text, length, ctx); // <- here
	return text[0];
}
