/* expect: kind=atomic */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 *mark = &skb->mark;

	__sync_fetch_and_add(mark, 1); // <- here
	return TC_ACT_OK;
}
