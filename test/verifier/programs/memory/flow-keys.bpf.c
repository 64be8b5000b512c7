/* expect: kind=memory-bounds */
#include "../program.h"

SEC("flow_dissector")
int program(struct __sk_buff *skb)
{
	struct bpf_flow_keys *keys = skb->flow_keys;

	keys[1].nhoff = 2; // <- here
	return BPF_OK;
}
