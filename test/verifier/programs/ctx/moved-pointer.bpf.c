/* expect: kind=ctx-pointer */
#include "../program.h"

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 *field = &skb->cb[0];

	OPAQUE(field);
	return *field + field[1]; // <- here
}
