/* expect: kind=core-relocation; kernels=6.1-; with=object */
#include "../program.h"

struct task_struct { int no_such_field_here; } KERNEL_TYPE;

SEC("tp_btf/task_newtask")
int BPF_PROG(program, struct task_struct *task, __u64 flags)
{
	return task->no_such_field_here; // <- here
}
