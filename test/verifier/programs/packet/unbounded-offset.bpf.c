/* expect: kind=unbounded-offset */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;
	unsigned char *data_end = (void *)(long)skb->data_end;
	unsigned char *at = data + skb->mark; // <- here

	if (at + 1 > data_end)
		return TC_ACT_OK;
	return at[0] == 1 ? TC_ACT_SHOT : TC_ACT_OK;
}
