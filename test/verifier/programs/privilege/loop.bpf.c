/* expect: kind=privilege; rights=bpf */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[64] = {};
	__u32 at = skb->mark & 63;

	bpf_skb_load_bytes(skb, 0, text + at, 1); // <- here
	return text[3];
}
