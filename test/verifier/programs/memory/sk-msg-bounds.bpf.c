/* expect: kind=packet-bounds */
#include "../program.h"

SEC("sk_msg")
int program(struct sk_msg_md *msg)
{
	char *data = msg->data;
	char *end = msg->data_end;

	if (data + 4 > end)
		return SK_DROP;
	return data[7] ? SK_PASS : SK_DROP; // <- here
}
