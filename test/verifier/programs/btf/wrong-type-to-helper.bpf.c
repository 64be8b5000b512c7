/* expect: kind=argument-type; kernels=6.1- */
#include "../program.h"

struct file { unsigned int f_flags; } KERNEL_TYPE;
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, __u64); } tasks SEC(".maps");

SEC("fentry/vfs_read")
int BPF_PROG(program, struct file *file)
{
	__u64 *value = bpf_task_storage_get(&tasks, (void *)file, 0, 0); // <- here

	return value ? 0 : 0;
}
