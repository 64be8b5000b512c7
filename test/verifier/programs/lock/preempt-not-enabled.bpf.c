/* expect: kind=lock-held; kernels=6.12- */
#include "../program.h"

extern void bpf_preempt_disable(void) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_preempt_disable(); // <- here
	return skb->len;
}
