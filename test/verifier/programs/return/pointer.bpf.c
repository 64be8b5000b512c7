/* expect: kind=pointer-leak */
#include "../program.h"

SEC("cgroup_skb/ingress")
int program(struct __sk_buff *skb)
{
	__u32 mark = skb->mark;

	asm volatile("r0 = %0\nif %1 == 7 goto +1\nexit" : : "r"(skb), "r"(mark) : "r0"); // <- here
	return 0;
}
