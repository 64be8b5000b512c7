/* expect: kind=stack-bounds */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	char text[16] = {};
	char *end = text;

	OPAQUE(end);
	end[16] = 1; // <- here
	return text[3];
}
