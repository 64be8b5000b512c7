/* expect: kind=lock-usage; kernels=6.12- */
#include "../program.h"

extern void bpf_preempt_enable(void) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	bpf_preempt_enable(); // <- here
	return skb->len;
}
