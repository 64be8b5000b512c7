/* expect: kind=argument-type */
#include "../program.h"

__noinline int length_of(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[8] = {};

	return bpf_skb_load_bytes(skb, length_of(skb), (void *)(long)skb->hash, sizeof(text)); // <- here
}
