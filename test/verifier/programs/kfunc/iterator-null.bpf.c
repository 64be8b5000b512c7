/* expect: kind=null-check; kernels=6.12- */
#include "../program.h"

struct bpf_iter_num { __u64 opaque[1]; } __attribute__((aligned(8)));
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

SEC("tc")
int program(struct __sk_buff *skb)
{
	struct bpf_iter_num it;
	int sum;

	bpf_iter_num_new(&it, 0, 10);
	sum = *bpf_iter_num_next(&it); // <- here
	bpf_iter_num_destroy(&it);
	return sum;
}
