/* expect: kind=argument-type */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	char text[16] = {};

	return bpf_skb_load_bytes((void *)text, 0, text, sizeof(text)); // <- here
}
