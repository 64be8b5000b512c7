/* expect: kind=null-check */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sk = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);

	bpf_sk_release(sk); // <- here
	return 0;
}
