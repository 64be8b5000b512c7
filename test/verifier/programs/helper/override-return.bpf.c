/* expect: kind=helper-not-allowed */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	bpf_skb_store_bytes(skb, 0, "\1", 1, 0); // <- here
	return 0;
}
