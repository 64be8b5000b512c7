/* expect: kind=sleepable-context; kernels=6.12- */
#include "../program.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

SEC("fentry.s/__x64_sys_getpgid")
int program(__u64 *ctx)
{
	char text[8] = {};

	bpf_rcu_read_lock();
	bpf_copy_from_user(text, sizeof(text), (void *)ctx[0]); // <- here
	bpf_rcu_read_unlock();
	return 0;
}
