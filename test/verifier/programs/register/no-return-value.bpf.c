/* expect: kind=uninit-register */
#include "../program.h"

SEC("socket")
__attribute__((naked)) int program(struct __sk_buff *skb)
{
	asm volatile("exit"); // <- here
}
