/* expect: kind=scalar-dereference; kernels=6.1- */
#include "../program.h"

struct file { unsigned int f_flags; } KERNEL_TYPE;

SEC("fentry/vfs_read")
int BPF_PROG(program, struct file *file, char *buf, unsigned long count)
{
	__u64 *counted = (__u64 *)count;

	return *counted; // <- here
}
