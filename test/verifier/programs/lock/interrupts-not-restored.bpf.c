/* expect: kind=lock-held; kernels=6.18- */
#include "../program.h"

extern void bpf_local_irq_save(unsigned long *flags) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	unsigned long flags;

	bpf_local_irq_save(&flags); // <- here
	return skb->len;
}
