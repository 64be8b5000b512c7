/* expect: kind=speculation; rights=bpf */
#include "../program.h"

struct table { __u32 cells[16]; };
ARRAY(tables, struct table, 1);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	int at = skb->mark;
	struct table *table = bpf_map_lookup_elem(&tables, &zero);

	if (!table)
		return 0;
	if (at > 10 || at < -10)
		return 0;
	return *(__u32 *)((char *)&table->cells[8] + at); // <- here
}
