/* expect: kind=ctx-access */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	skb->len = 4; // <- here
	return TC_ACT_OK;
}
