/* expect: kind=packet-bounds */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;

	if (data + 8 > data_end)
		return TC_ACT_OK;
	return bpf_csum_diff(0, 0, data, 20, 0) ? TC_ACT_OK : TC_ACT_SHOT; // <- here
}
