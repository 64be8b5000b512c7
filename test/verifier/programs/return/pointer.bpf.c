/* expect: kind=pointer-leak */
#include "../program.h"

SEC("cgroup_skb/ingress")
__attribute__((naked)) int program(struct __sk_buff *skb)
{
	asm volatile("r0 = r1\nexit"); // <- here
}
