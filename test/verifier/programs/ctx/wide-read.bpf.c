/* expect: kind=ctx-access */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	return *(__u64 *)&skb->len; // <- here
}
