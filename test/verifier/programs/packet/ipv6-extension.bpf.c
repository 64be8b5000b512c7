/* expect: kind=packet-bounds */
#include "../program.h"

static __always_inline int next_header(void *at, void *data_end)
{
	struct ipv6hdr *ip6 = at;

	if ((void *)ip6 + 8 > data_end)
		return -1;
	return ip6->saddr.in6_u.u6_addr8[0]; // <- here
}

SEC("tc")
int program(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;

	return next_header(data + 14, data_end) > 0 ? TC_ACT_OK : TC_ACT_SHOT;
}
