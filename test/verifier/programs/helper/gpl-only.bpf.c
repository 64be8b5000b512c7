/* expect: kind=license */
#define NOT_GPL
#include "../program.h"

char LICENSE[] SEC("license") = "MIT";

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	char text[8] = {};

	bpf_probe_read_kernel(text, sizeof(text), ctx); // <- here
	return text[0];
}
