/* expect: kind=ctx-access */
#include "../program.h"

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	return *(__u64 *)(ctx + 4096 * 2); // <- here
}
