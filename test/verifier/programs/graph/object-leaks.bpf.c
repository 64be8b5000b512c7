/* expect: kind=reference-leak; kernels=6.12- */
#include "../program.h"

struct item { long value; };
extern void *bpf_obj_new_impl(__u64 type, void *meta) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct item *item = bpf_obj_new_impl(bpf_core_type_id_local(struct item), NULL); // <- here

	return item ? item->value : 0;
}
