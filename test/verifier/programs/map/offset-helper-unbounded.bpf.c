/* expect: kind=map-value-bounds */
#include "../program.h"

struct table { char bytes[64]; };
ARRAY(tables, struct table, 1);

SEC("tracepoint/syscalls/sys_enter_getpid")
int program(void *ctx)
{
	__u32 zero = 0;
	__u32 at = bpf_get_current_pid_tgid();
	struct table *table = bpf_map_lookup_elem(&tables, &zero);

	if (!table)
		return 0;
	at &= 63;
	bpf_get_current_comm(table->bytes + at, 16); // <- here
	return 0;
}
