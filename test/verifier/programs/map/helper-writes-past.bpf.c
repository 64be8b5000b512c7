/* expect: kind=map-value-bounds */
#include "../program.h"

ARRAY(names, char[8], 1);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u32 zero = 0;
	char *name = bpf_map_lookup_elem(&names, &zero);

	if (name)
		bpf_get_current_comm(name, 16); // <- here
	return 0;
}
