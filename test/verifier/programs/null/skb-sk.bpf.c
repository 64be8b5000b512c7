/* expect: kind=null-check */
#include "../program.h"

SEC("cgroup_skb/egress")
int program(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	return sk->family == 2; // <- here
}
