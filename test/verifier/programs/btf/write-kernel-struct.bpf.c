/* expect: kind=btf-access; kernels=6.1- */
#include "../program.h"

struct file { unsigned int f_flags; } KERNEL_TYPE;

SEC("fentry/vfs_read")
int BPF_PROG(program, struct file *file)
{
	file->f_flags = 0; // <- here
	return 0;
}
