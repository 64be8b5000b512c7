/* expect: kind=too-complex */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u64 bits = 0;
	__u32 at = skb->hash;

#pragma clang loop unroll(disable)
	for (int i = 0; i < 2000; i++) { // <- here
		if (at & 1)
			bits += i;
		at = at * 1664525 + skb->mark;
		if (bits > 1000 && at & 4)
			bits -= 7 + i;
	}
	return bits == 5;
}
