/** Flags of `map_flags` that this program goes by (include/uapi/linux/bpf.h). */

/** Memory for entries is taken as they come. */
export const BPF_F_NO_PREALLOC: number = 1 << 0;
/** User space may only read the map. */
export const BPF_F_RDONLY: number = 1 << 3;
/** User space may only write to the map. */
export const BPF_F_WRONLY: number = 1 << 4;
/** A perf event array keeps a slot whose setter has gone. */
export const BPF_F_PRESERVE_ELEMS: number = 1 << 11;
/** A ring buffer that is full gives up its oldest records. */
export const BPF_F_RB_OVERWRITE: number = 1 << 19;
