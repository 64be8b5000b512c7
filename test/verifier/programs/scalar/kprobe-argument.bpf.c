/* expect: kind=scalar-dereference */
#include "../program.h"

struct pt_registers { __u64 r[21]; };
struct file { __u64 flags; };

SEC("kprobe/vfs_read")
int program(struct pt_registers *regs)
{
	struct file *file = (struct file *)regs->r[14];

	return file->flags & 1; // <- here
}
