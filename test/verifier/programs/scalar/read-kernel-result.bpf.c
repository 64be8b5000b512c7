/* expect: kind=scalar-dereference */
#include "../program.h"

struct task { __u64 state; };

SEC("kprobe/vfs_read")
int program(void *regs)
{
	struct task *task = (void *)bpf_get_current_task();

	return task->state & 1; // <- here
}
