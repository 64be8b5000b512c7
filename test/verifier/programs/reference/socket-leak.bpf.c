/* expect: kind=reference-leak */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0); // <- here

	if (!sk)
		return TC_ACT_OK;
	return sk->state == 1 ? TC_ACT_OK : TC_ACT_SHOT;
}
