/* expect: kind=stack-uninit; kernels=6.12-; rights=bpf */
#include "../program.h"

struct event { __u8 kind; __u32 length; };
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } events SEC(".maps");

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct event event;

	event.kind = 1;
	event.length = skb->len;
	bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU, &event, sizeof(event)); // <- here
	return TC_ACT_OK;
}
