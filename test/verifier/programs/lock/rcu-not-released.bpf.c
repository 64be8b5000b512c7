/* expect: kind=lock-held; kernels=6.12- */
#include "../program.h"

extern void bpf_rcu_read_lock(void) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_rcu_read_lock(); // <- here
	return skb->len;
}
