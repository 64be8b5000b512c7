/* expect: kind=pointer-leak */
#include "../program.h"

static __noinline __u64 *local(struct __sk_buff *skb)
{
	__u64 here = skb->len;
	__u64 *at = &here;

	OPAQUE(at);
	return at; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	return *local(skb);
}
