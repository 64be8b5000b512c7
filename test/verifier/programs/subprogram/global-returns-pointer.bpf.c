/* expect: kind=global-function; kernels=6.1-; with=object */
#include "../program.h"

__u64 counter;

__noinline __u64 *counter_of(struct __sk_buff *skb)
{
	return skb->len ? &counter : (void *)0; // <- here
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u64 *at = counter_of(skb);

	return at != 0;
}
