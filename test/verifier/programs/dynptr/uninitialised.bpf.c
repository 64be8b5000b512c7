/* expect: kind=dynptr; kernels=6.1- */
#include "../program.h"

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	struct bpf_dynptr event = {};
	char text[8];

	return bpf_dynptr_read(text, sizeof(text), &event, 0, 0); // <- here
}
