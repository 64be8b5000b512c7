/* expect: kind=sleepable-context; kernels=6.12- */
#include "../program.h"

extern int bpf_copy_from_user_str(void *dst, __u32 size, const void *user, __u64 flags) __ksym;

SEC("tp_btf/task_newtask")
int program(__u64 *ctx)
{
	char text[8];

	return bpf_copy_from_user_str(text, 8, (void *)ctx[1], 0) ? 0 : 0; // <- here
}
