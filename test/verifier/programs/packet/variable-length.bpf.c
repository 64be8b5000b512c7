/* expect: kind=packet-bounds */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	unsigned char *data = (void *)(long)skb->data;
	unsigned char *data_end = (void *)(long)skb->data_end;
	__u32 at;

	if (data + 64 > data_end)
		return TC_ACT_OK;
	at = data[0] & 0x7f;
	return data[at] == 1 ? TC_ACT_SHOT : TC_ACT_OK; // <- here
}
