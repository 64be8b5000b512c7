/* expect: kind=argument-type */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 key = 1;
	__u32 *value = bpf_map_lookup_elem(skb, &key); // <- here

	return value ? *value : 0;
}
