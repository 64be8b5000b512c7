/* expect: kind=size-argument */
#include "../program.h"

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	char text[64] = {};
	__u64 length = bpf_get_current_pid_tgid();

	bpf_probe_read_kernel(text, length, ctx); // <- here
	return text[0];
}
