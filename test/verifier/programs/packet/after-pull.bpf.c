/* expect: kind=packet-pointer-stale */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);

	if ((void *)(ip + 1) > data_end)
		return TC_ACT_OK;
	if (bpf_skb_store_bytes(skb, 0, "\1", 1, 0))
		return TC_ACT_SHOT;
	if (ip->ttl < 2) // <- here
		return TC_ACT_SHOT;
	return TC_ACT_OK;
}
