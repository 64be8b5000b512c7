/* expect: kind=irq-flags; kernels=6.18- */
#include "../program.h"

extern void bpf_local_irq_restore(unsigned long *flags) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	unsigned long flags = 0;

	bpf_local_irq_restore(&flags); // <- here
	return skb->len;
}
