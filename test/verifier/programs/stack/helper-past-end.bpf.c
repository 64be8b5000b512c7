/* expect: kind=stack-bounds */
#include "../program.h"

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	char comm[8];

	bpf_get_current_comm(comm, 16); // <- here
	return comm[0];
}
