/* expect: kind=atomic */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 *data = (void *)(long)skb->data;
	__u32 *end = (void *)(long)skb->data_end;

	if (data + 1 > end)
		return TC_ACT_OK;
	__sync_fetch_and_add(data, 1); // <- here
	return TC_ACT_OK;
}
