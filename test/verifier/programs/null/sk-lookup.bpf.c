/* expect: kind=null-check */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	__u32 state = sk->state; // <- here

	bpf_sk_release(sk);
	return state;
}
