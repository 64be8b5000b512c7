/* expect: kind=size-argument */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[64] = {};
	__u32 length = skb->len;

	if (length > 64)
		return 0;
	bpf_skb_load_bytes(skb, 0, text, length); // <- here
	return text[0];
}
