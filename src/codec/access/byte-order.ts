/**
 * The byte order of keys and values. BTF from a big-endian machine is refused, so this is the order of every map that
 * can be read; all code that reads or writes scalars takes it from here.
 */
export const LITTLE_ENDIAN = true;
