/* expect: kind=argument-type; kernels=6.12- */
#include "../program.h"

struct task_struct { int pid; } KERNEL_TYPE;
struct cgroup { int level; } KERNEL_TYPE;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *c) __ksym;
extern void bpf_cgroup_release(struct cgroup *c) __ksym;

SEC("tp_btf/task_newtask")
int BPF_PROG(program, struct task_struct *task, __u64 flags)
{
	struct cgroup *group = bpf_cgroup_acquire((struct cgroup *)task); // <- here

	if (group)
		bpf_cgroup_release(group);
	return 0;
}
