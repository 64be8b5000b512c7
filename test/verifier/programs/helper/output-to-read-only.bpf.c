/* expect: kind=read-only-write */
#include "../program.h"

const char name[16] = "nothing";

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	bpf_get_current_comm((char *)name, 16); // <- here
	return 0;
}
