/* expect: kind=scalar-dereference */
#include "../program.h"

SEC("socket")
int program(struct __sk_buff *skb)
{
	__u64 *none = (void *)0;

	OPAQUE(none);
	return *none; // <- here
}
