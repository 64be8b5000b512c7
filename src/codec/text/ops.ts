/*
 * The instruction set of the text engine. The compilers, the engine (AssemblyScript), the interpreter and the
 * disassembler all import this list, so it uses nothing that AssemblyScript lacks.
 *
 * A program is one block of bytes, in which every number is little-endian and every address counts from its first byte:
 *
 *     operations of an entry, the last of them END
 *     operations of each function, the last of them RETURN
 *     tables of enumerators, their names
 *     notes: one byte each, which the engine sets
 *
 * An operation has a head of 16 bytes and a literal, filled up to a multiple of 16:
 *
 *     u8  code       one of the numbers below
 *     u8  base       a slot
 *     u16 length     of the literal, at most MAX_LITERAL
 *     u32 offset     s, the source of the operation, is the address in the base slot plus the offset
 *     u32 a, u32 b   operands
 *
 * It writes its literal and then does what its code says. "How far" is the number of bytes from the end of the
 * operation to the next one, onward or, where it says so, back.
 *
 * A slot holds an address (u32) and a count (u32). Slots 0 and 1 of an entry begin at its key and its value; loops use
 * the others. A called function has slots of its own, and its slot 0 is the s of the call. STACK_BYTES hold the slots
 * of an entry and of all functions that are open, with 8 bytes more for each function: the compilers refuse a layout
 * that needs more.
 *
 * A program may read only its entry, its tables, and the list of CPUs of its row; it may write only text and notes. The
 * compilers see to that: each place has a length, and an operation that would read past it is refused.
 *
 * A table is a count (u32) at its beginning and, 16 bytes on, a row of 16 bytes for each enumerator, in ascending
 * order: its value (i64), the length of its name in bytes (u32, with NAME_HAS_NOTE if it isn't valid JSON) and the
 * address of the name (u32). The address of the note is the u32 that stands NOTE_BEFORE_NAME bytes before such a name.
 */

export const MAX_LITERAL = 4096;
export const STACK_BYTES = 8192;
export const NAME_HAS_NOTE = 0x40000000;
export const NOTE_BEFORE_NAME = 16;

/** Ends an entry. */
export const END = 0;
/** Writes its literal alone. */
export const TEXT = 1;
/** a: how far. */
export const JUMP = 2;
/** a: how far (i32: a function may stand before its caller), b: the number of slots in use here. */
export const CALL = 3;
export const RETURN = 4;
/** Begins a loop at s. a: its slot, b: its turns, at least 1. */
export const LOOP = 5;
/**
 * Ends a turn of a loop. Offset: from one element to the next, a: its slot, b: how far back. Writes a comma between
 * turns.
 */
export const NEXT = 6;
/** As NEXT, without a comma. */
export const NEXT_LINE = 7;
/** Begins a loop over as many elements as the u32 at s says, behind it. a: its slot, b: how far if there are none. */
export const COUNTED = 8;
/** Goes on unless the u32 at s is 1. a: how far if it isn't. */
export const UNLESS_ONE = 9;
/**
 * Begins a loop over the row's list of CPUs. Offset: from one CPU's value to the next, a: its slot, b: how far if there
 * is none.
 */
export const CPUS = 10;
/** Ends a turn of such a loop. Offset: as in CPUS, a: its slot, b: how far back. Writes a comma between turns. */
export const NEXT_CPU = 11;
/** Writes the number of the CPU at which the loop of the base slot is. */
export const CPU = 12;
/** Writes the turn of the loop of the base slot, from 0. a: the turns of the loop. */
export const TURN = 13;
/** As TURN, of two digits at least. */
export const TURN_2 = 14;
/** Notes that the rest of the entry is left out. */
export const STOP = 15;
/** a: how far if the rest of the entry is left out. */
export const IF_STOPPED = 16;

/* Decimal numbers of so many bits at s. */
export const U8 = 17;
export const U16 = 18;
export const U32 = 19;
export const U64 = 20;
export const S8 = 21;
export const S16 = 22;
export const S32 = 23;
export const S64 = 24;
/* Numbers of any bits. a: the first bit (0 to 7) of the byte at s, their number (1 to 128) << 8, 1 << 16 if signed. */
export const DECIMAL = 25;
/** Hexadecimal, without prefix and leading zeros. a: as in DECIMAL. */
export const HEX = 26;
/** The same for bits up to the 128th, as bpftool shifts them. a: the first bit. */
export const HEX_TO_END = 27;
/** `true` or `false`, by the byte at s. */
export const BOOL = 28;
/** `true` or `false`, by bits. a: as in DECIMAL. */
export const BOOL_BITS = 29;
/** `0x1f`, or `(nil)`. */
export const POINTER = 30;
/** The byte at s as bpftool's character in JSON. a: the note of a character that isn't escaped. */
export const CHAR = 31;
/** The byte at s as bpftool's character in plain text. */
export const CHAR_PLAIN = 32;
/** bpftool's string. a: its length, at least 1, b: how far, past what stands for an array that isn't one. */
export const STRING = 33;
/** The same, with a backslash as `\n`. */
export const STRING_OLD = 34;

/* The name of the value at s. a: the table, b: how far, past what stands for one without a name; 0: its number does. */
export const ENUM_S8 = 35;
export const ENUM_S16 = 36;
export const ENUM_S32 = 37;
export const ENUM_S64 = 38;
export const ENUM_U8 = 39;
export const ENUM_U16 = 40;
export const ENUM_U32 = 41;
/** Reads up to 64 bits for ENUM_BITS. a: as in DECIMAL. */
export const BITS = 42;
/** The name of the value that BITS read. */
export const ENUM_BITS = 43;

/* The bytes from s on. a: their number, at least 1. */
/** `"0x01","0x02"`. */
export const HEX_JSON = 44;
/** bpftool's columns, 16 bytes a line. */
export const HEX_PLAIN = 45;
/** `"0102"`. */
export const HEX_STRING = 46;
/**
 * Text up to a NUL or the end as a string of strict JSON; bytes that are not UTF-8 become U+FFFD, and the text is
 * counted.
 */
export const CHARS = 47;
/** The same, with `\udcNN` for such bytes. */
export const CHARS_LOSSLESS = 48;

/* Floating point numbers. */
export const F32 = 49;
export const F64 = 50;
/** The text of renderer a for the field at s. */
export const RENDER = 51;
/** The number of the row's CPU. */
export const ROW_CPU = 52;
/** The index of the row. */
export const ROW_INDEX = 53;
/**
 * Text up to a NUL or the end as a cell of CSV: in quotes, and its own quotes doubled, if it has a comma, a quote or
 * half of a line end. Bytes that are not UTF-8 as in CHARS. a: as in CHARS.
 */
export const CELL = 54;
/** The same, with such bytes as they are. */
export const CELL_LOSSLESS = 55;
