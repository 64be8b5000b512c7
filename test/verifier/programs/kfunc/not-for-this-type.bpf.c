/* expect: kind=kfunc-not-allowed; kernels=6.12- */
#include "../program.h"

struct task_struct { int pid; } KERNEL_TYPE;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

SEC("socket")
int program(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_task_from_pid(1); // <- here

	if (task)
		bpf_task_release(task);
	return 0;
}
