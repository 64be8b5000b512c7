/* expect: kind=ctx-access */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data; // <- here

	return data[0];
}
