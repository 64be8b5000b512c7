/* expect: kind=packet-bounds */
#include "../program.h"

SEC("xdp")
int program(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct tcphdr *tcp;

	if ((void *)(ip + 1) > data_end)
		return XDP_DROP;
	tcp = (void *)ip + ip->ihl * 4;
	if (tcp->dest == bpf_htons(80)) // <- here
		return XDP_PASS;
	return XDP_DROP;
}
