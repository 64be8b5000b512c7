/* expect: kind=read-only-write */
#include "../program.h"

const volatile __u32 limit = 4;

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 *writable = (__u32 *)&limit;

	OPAQUE(writable);
	*writable = skb->len; // <- here
	return 0;
}
