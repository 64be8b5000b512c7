/* expect: kind=reference-leak */
#include "../program.h"

struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(key_size, 4); __uint(value_size, 4); __uint(max_entries, 4); } jumps SEC(".maps");

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0); // <- here

	if (!sk)
		return TC_ACT_OK;
	bpf_tail_call(skb, &jumps, 1);
	bpf_sk_release(sk);
	return TC_ACT_OK;
}
