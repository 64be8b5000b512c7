/* expect: kind=lock-usage; kernels=6.12- */
#include "../program.h"

extern void bpf_rcu_read_unlock(void) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_rcu_read_unlock(); // <- here
	return skb->len;
}
