/* expect: kind=too-complex */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 sum = 0;

	for (__u32 i = 0; i < skb->len; i++) // <- here
		sum += i ^ skb->mark;
	return sum & 1;
}
