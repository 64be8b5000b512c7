/* expect: kind=map-type */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u64 now = 0;

	bpf_perf_event_output(skb, &counts, BPF_F_CURRENT_CPU, &now, sizeof(now)); // <- here
	return TC_ACT_OK;
}
