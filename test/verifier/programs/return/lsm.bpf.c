/* expect: kind=return-value; kernels=6.12- */
#include "../program.h"

SEC("lsm/file_open")
int program(__u64 *ctx)
{
	return 1; // <- here
}
