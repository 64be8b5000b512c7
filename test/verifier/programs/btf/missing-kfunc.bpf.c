/* expect: kind=kfunc-missing; kernels=6.1- */
#include "../program.h"

extern int bpf_not_in_this_kernel(int) __ksym __weak;

SEC("tc")
int program(struct __sk_buff *skb)
{
	return bpf_not_in_this_kernel(skb->len); // <- here
}
