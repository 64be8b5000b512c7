/* expect: kind=argument-type; kernels=6.12- */
#include "../program.h"

struct task_struct { int pid; } KERNEL_TYPE;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

SEC("tp_btf/task_newtask")
int BPF_PROG(program, struct task_struct *task, __u64 flags)
{
	struct task_struct *other = bpf_task_acquire((struct task_struct *)flags); // <- here

	if (other)
		bpf_task_release(other);
	return 0;
}
