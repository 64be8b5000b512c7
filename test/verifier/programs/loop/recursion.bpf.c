/* expect: kind=call-depth */
#include "../program.h"

static __noinline int again(struct __sk_buff *skb, int n);

static __noinline int again(struct __sk_buff *skb, int n)
{
	if (n > (int)skb->len)
		return n;
	return again(skb, n + 1) + 1; // <- here
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	return again(skb, 0);
}
