/* expect: kind=stack-limit; with=object */
#include "../program.h"

static __noinline int third(struct __sk_buff *skb) // <- here
{
	char text[200] = {};

	bpf_skb_load_bytes(skb, 0, text, 200);
	return text[skb->len & 127];
}

static __noinline int second(struct __sk_buff *skb)
{
	char text[200] = {};

	bpf_skb_load_bytes(skb, 0, text, 200);
	return text[skb->mark & 127] + third(skb);
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	char text[200] = {};

	bpf_skb_load_bytes(skb, 0, text, 200);
	return text[skb->hash & 127] + second(skb);
}
