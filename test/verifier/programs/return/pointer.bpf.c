/* expect: kind=pointer-leak */
#include "../program.h"

SEC("cgroup_skb/ingress")
int program(struct __sk_buff *skb)
{
	asm volatile("r0 = %0\nexit" : : "r"(skb) : "r0"); // <- here
	return skb->len;
}
