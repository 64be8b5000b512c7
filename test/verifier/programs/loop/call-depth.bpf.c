/* expect: kind=call-depth */
#include "../program.h"

#define CALL(name, next) static __noinline int name(struct __sk_buff *skb) { return next(skb) + (int)skb->len; }
static __noinline int f9(struct __sk_buff *skb) { return skb->len; }
CALL(f8, f9)
CALL(f7, f8) // <- here
CALL(f6, f7)
CALL(f5, f6)
CALL(f4, f5)
CALL(f3, f4)
CALL(f2, f3)
CALL(f1, f2)

SEC("socket")
int program(struct __sk_buff *skb)
{
	return f1(skb);
}
