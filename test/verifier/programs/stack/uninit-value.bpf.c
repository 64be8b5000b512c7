/* expect: kind=stack-uninit; rights=bpf */
#include "../program.h"

struct record { __u64 at; char comm[16]; };
HASH(records, __u32, struct record);

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct record record;
	__u32 key = 0;

	record.at = bpf_ktime_get_ns();
	bpf_map_update_elem(&records, &key, &record, 0); // <- here
	return TC_ACT_OK;
}
