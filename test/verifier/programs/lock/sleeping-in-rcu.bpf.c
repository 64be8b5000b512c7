/* expect: kind=sleepable-context; kernels=6.12- */
#include "../program.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct arguments { __u64 address; };

SEC("syscall")
int program(struct arguments *args)
{
	char text[8] = {};

	bpf_rcu_read_lock();
	bpf_copy_from_user(text, sizeof(text), (void *)args->address); // <- here
	bpf_rcu_read_unlock();
	return text[0];
}
