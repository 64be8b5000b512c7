/* expect: kind=helper-not-allowed */
#include "../program.h"

HASH(counts, __u32, __u64);

SEC("sk_msg")
int program(struct sk_msg_md *msg)
{
	return bpf_xdp_adjust_head((void *)msg, 4); // <- here
}
