/* expect: kind=map-value-bounds */
#include "../program.h"

struct table { __u32 cells[16]; };
ARRAY(tables, struct table, 1);

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0, at = skb->mark;
	struct table *table = bpf_map_lookup_elem(&tables, &zero);

	if (!table)
		return 0;
	if (at > 16)
		return 0;
	return table->cells[at]; // <- here
}
