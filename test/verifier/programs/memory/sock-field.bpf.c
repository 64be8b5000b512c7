/* expect: kind=sock-access */
#include "../program.h"

SEC("cgroup_skb/egress")
int program(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 1;
	return *(__u64 *)((char *)sk + 120) & 1; // <- here
}
