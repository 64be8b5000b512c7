/* expect: kind=graph; kernels=6.12- */
#include "../program.h"

struct bpf_list_head { __u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { __u64 opaque[3]; } __attribute__((aligned(8)));
struct item { long value; struct bpf_list_node node; };
struct queue {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __attribute__((btf_decl_tag("contains:item:node")));
};
ARRAY(queues, struct queue, 1);
extern void *bpf_obj_new_impl(__u64 type, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 off) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct queue *queue = bpf_map_lookup_elem(&queues, &zero);
	struct item *item;

	if (!queue)
		return TC_ACT_OK;
	item = bpf_obj_new_impl(bpf_core_type_id_local(struct item), NULL);
	if (!item)
		return TC_ACT_OK;
	bpf_list_push_front_impl(&queue->head, &item->node, NULL, 0); // <- here
	return TC_ACT_OK;
}
