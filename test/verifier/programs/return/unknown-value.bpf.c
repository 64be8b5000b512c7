/* expect: kind=return-value */
#include "../program.h"

SEC("cgroup_skb/egress")
int program(struct __sk_buff *skb)
{
	return skb->len; // <- here
}
