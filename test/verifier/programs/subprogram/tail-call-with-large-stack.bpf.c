/* expect: kind=stack-limit; with=object */
#include "../program.h"

struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 4); } jumps SEC(".maps");

static __noinline int leave(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 1);
	return skb->len;
}

SEC("tc")
int program(struct __sk_buff *skb) // <- here
{
	char text[300] = {};

	bpf_skb_load_bytes(skb, 0, text, sizeof(text));
	return leave(skb) + text[skb->mark & 255];
}
