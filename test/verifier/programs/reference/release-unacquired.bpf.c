/* expect: kind=reference-unowned */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return TC_ACT_OK;
	sk = bpf_sk_fullsock(sk);
	if (sk)
		bpf_sk_release(sk); // <- here
	return TC_ACT_OK;
}
