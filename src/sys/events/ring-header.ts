/**
 * The header of a record in a ring buffer: `BPF_RINGBUF_BUSY_BIT`, `BPF_RINGBUF_DISCARD_BIT` and `BPF_RINGBUF_HDR_SZ`.
 */
export const BUSY_BIT = 0x8000_0000;
export const DISCARD_BIT = 0x4000_0000;
export const HEADER_SIZE = 8;
