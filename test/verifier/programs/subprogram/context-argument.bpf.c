/* expect: kind=scalar-dereference */
#include "../program.h"

static __noinline int length_of(struct __sk_buff *skb)
{
	return skb->len; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	return length_of((void *)(long)skb->hash);
}
