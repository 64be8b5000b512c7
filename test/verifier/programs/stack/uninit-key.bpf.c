/* expect: kind=stack-uninit; kernels=6.12-; rights=bpf */
#include "../program.h"

struct key { __u32 port; __u8 protocol; };
HASH(counts, struct key, __u64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	struct key key;
	__u64 one = 1;

	key.port = skb->len;
	key.protocol = skb->protocol;
	bpf_map_update_elem(&counts, &key, &one, 0); // <- here
	return 0;
}
