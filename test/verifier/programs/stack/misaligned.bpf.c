/* expect: kind=alignment */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	char bytes[24] = {};
	char *at = bytes;

	OPAQUE(at);
	*(volatile __u64 *)(at + 3) = skb->len; // <- here
	return bytes[7];
}
