/* expect: kind=reference-leak; kernels=6.12- */
#include "../program.h"

struct task_struct { int pid; } KERNEL_TYPE;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;

SEC("tp_btf/task_newtask")
int BPF_PROG(program, struct task_struct *task, __u64 flags)
{
	struct task_struct *init = bpf_task_from_pid(1); // <- here

	return init ? 0 : 0;
}
