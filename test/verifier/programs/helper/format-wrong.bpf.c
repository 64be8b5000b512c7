/* expect: kind=format-string; kernels=6.1- */
#include "../program.h"

static const char format[] = "%q %d";

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	char text[32];
	__u64 numbers[2] = {1, 2};

	return bpf_snprintf(text, sizeof(text), format, numbers, sizeof(numbers)); // <- here
}
