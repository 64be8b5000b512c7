/* expect: kind=return-value */
#include "../program.h"

SEC("cgroup/sock_create")
int program(struct bpf_sock *sk)
{
	return 7; // <- here
}
