/* expect: kind=stack-bounds */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char bytes[32] = {};
	__u32 length = (skb->len & 31) + 8;

	bpf_skb_load_bytes(skb, 0, bytes, length); // <- here
	return bytes[0];
}
