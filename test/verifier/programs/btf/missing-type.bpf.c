/* expect: kind=core-relocation; with=object */
#include "../program.h"

struct never_in_any_kernel { int member; } KERNEL_TYPE;

SEC("kprobe/vfs_read")
int program(void *ctx)
{
	struct never_in_any_kernel *it = ctx;
	int value = 0;

	bpf_core_read(&value, sizeof(value), &it->member); // <- here
	return value;
}
