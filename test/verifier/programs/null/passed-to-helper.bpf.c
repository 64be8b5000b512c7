/* expect: kind=null-check */
#include "../program.h"

HASH(names, __u32, char[16]);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u32 key = 1;
	char *name = bpf_map_lookup_elem(&names, &key);

	bpf_get_current_comm(name, 16); // <- here
	return 0;
}
