/**
 * The byte order of keys and values. BTF of a big-endian machine is refused, so it is that of every machine that eBPF
 * maps are read on; what reads or writes scalars takes it from here.
 */
export const LITTLE_ENDIAN = true;
