/* expect: kind=reference-unowned; kernels=6.12- */
#include "../program.h"

struct task_struct { int pid; } KERNEL_TYPE;
struct slot { struct task_struct __attribute__((btf_type_tag("kptr"))) *task; };
ARRAY(slots, struct slot, 1);
extern void bpf_task_release(struct task_struct *p) __ksym;

SEC("tp_btf/task_newtask")
int BPF_PROG(program, struct task_struct *task, __u64 flags)
{
	__u32 zero = 0;
	struct task_struct *old;
	struct slot *slot = bpf_map_lookup_elem(&slots, &zero);

	if (!slot)
		return 0;
	old = bpf_kptr_xchg(&slot->task, task); // <- here
	if (old)
		bpf_task_release(old);
	return 0;
}
