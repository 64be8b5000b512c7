/* expect: kind=helper-not-allowed; rights=bpf */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[8] = {};

	bpf_probe_read_kernel(text, sizeof(text), (void *)skb); // <- here
	return text[0];
}
