/* expect: kind=constant-argument; kernels=6.1- */
#include "../program.h"

ARRAY(formats, char[16], 1);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u32 zero = 0;
	char text[32];
	__u64 number = 7;
	char *format = bpf_map_lookup_elem(&formats, &zero);

	if (!format)
		return 0;
	return bpf_snprintf(text, sizeof(text), format, &number, sizeof(number)); // <- here
}
