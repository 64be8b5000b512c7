/* expect: kind=stack-uninit; rights=bpf */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 slots[4];
	__u64 *at = slots;

	OPAQUE(at);
	at[0] = 1;
	return at[1]; // <- here
}
