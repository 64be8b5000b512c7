/* expect: kind=scalar-dereference */
#include "../program.h"

struct open_args { __u64 unused; __s64 nr; __s64 dirfd; const char *name; };

SEC("tracepoint/syscalls/sys_enter_openat")
int program(struct open_args *args)
{
	const char *name = args->name;

	return name[0] == '/'; // <- here
}
