/* expect: kind=too-complex */
#include "../program.h"

ARRAY(values, __u64, 64);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 sum = 0;
	__u32 n = skb->len;

	for (__u32 i = 0; i < 3000; i++)
		for (__u32 j = 0; j < 1000; j++) { // <- here
			if ((n ^ i) & 1)
				sum += j * n;
			else
				sum ^= j + skb->mark;
			n = n * 31 + sum;
		}
	return sum;
}
