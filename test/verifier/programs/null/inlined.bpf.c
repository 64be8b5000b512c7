/* expect: kind=null-check */
#include "../program.h"

struct flow { __u64 packets; __u64 bytes; };
HASH(flows, __u32, struct flow);

static __always_inline struct flow *flow_of(__u32 key)
{
	return bpf_map_lookup_elem(&flows, &key);
}

SEC("socket")
int program(struct __sk_buff *skb)
{
	struct flow *flow = flow_of(skb->hash);

	flow->bytes += skb->len; // <- here
	return 0;
}
