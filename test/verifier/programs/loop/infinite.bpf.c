/* expect: kind=infinite-loop */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	volatile int one = 1;

	while (one) // <- here
		;
	return 0;
}
