/** A fault in a source file of the text engine: what is replaced, and by what. */
export type Mutant = readonly [before: string, after: string];

/** The flow of a program and the most common values, in `engine.ts`. */
const ENGINE: readonly Mutant[] = [
  ["case Op.JUMP:\n        o += a;", "case Op.JUMP:\n        o += 0;"],
  ["const callee = frame + (b << 3) + 8;", "const callee = frame + (b << 3) + 0;"],
  ["frame = load<usize>(frame - 4);", "frame = STACK;"],
  ["store<u32>(loop, b, 4);", "store<u32>(loop, b - 1, 4);"],
  ["if (code == Op.NEXT) p = byte(p, 44);", "if (code == Op.NEXT) p = byte(p, 45);"],
  ["if (code == Op.NEXT) p = byte(p, 44);", "p = byte(p, 44);"],
  ["store<usize>(loop, s + 4);", "store<usize>(loop, s + 3);"],
  ["if (count == 0) o += b;", "if (count == 1) o += b;"],
  ["if (load<u32>(s) != 1) o += a;", "if (load<u32>(s) != 2) o += a;"],
  ["if (cpu == index) {", "if (cpu == index + 1) {"],
  ["const next = here + 1;", "const next = here + 2;"],
  ["n = load<u32>(cpuList + (load<u32>(slot, 4) << 2));", "n = load<u32>(slot, 4);"],
  ["case Op.TURN:\n        n = a - load<u32>(slot, 4);", "case Op.TURN:\n        n = a - load<u32>(slot, 4) + 1;"],
  ["if (n < 10) p = byte(p, 48);", "if (n < 11) p = byte(p, 48);"],
  ["stopped = true;", "stopped = false;"],
  ["if (stopped) o += a;", "if (!stopped) o += a;"],
  ["n = load<u8>(s);", "n = load<u8>(s, 1);"],
  ["n = load<u16>(s);", "n = load<u8>(s);"],
  ["n = load<u32>(s);", "n = load<u16>(s);"],
  ["p = u64Text(p, load<u64>(s));", "p = u64Text(p, load<u32>(s));"],
  ["n = abs<i32>(load<i8>(s));", "n = load<u8>(s);"],
  ["p = sign(p, load<i8>(s));", "p = sign(p, load<u8>(s));"],
  ["n = abs<i32>(load<i16>(s));", "n = load<u16>(s);"],
  ["p = sign(p, load<i16>(s));", "p = sign(p, load<i8>(s));"],
  ["n = abs<i32>(load<i32>(s));", "n = load<i32>(s);"],
  ["p = sign(p, load<i32>(s));", "p = sign(p, load<i16>(s));"],
  ["p = boolText(p, load<u8>(s) != 0);", "p = boolText(p, load<u8>(s) > 1);"],
  ["if (p > limit) p = flush(p);\n    const length", "const length"],
  ["if (end == 0) continue;", ""],
  ["n = abs<i32>(load<i8>(s));", "n = abs<i32>(load<i8>(s)) & 127;"],
];

/** One or more for each of the other operations, in `values.ts`. */
const VALUES: readonly Mutant[] = [
  ["return s64Text(p, load<i64>(s));", "return s64Text(p, load<i32>(s));"],
  ["if (x == 0) return copyText(p, NIL, 5);", "if (x == 1) return copyText(p, NIL, 5);"],
  ["if (c == 34 || c == 92) store<u8>(note, 1);", "if (c == 34) store<u8>(note, 1);"],
  ["if (c < 16) p = byte(p + 5, 48);", "if (c < 15) p = byte(p + 5, 48);"],
  ["return c >= 0x20 && c <= 0x7e;", "return c >= 0x20 && c <= 0x7f;"],
  ["string(p, s, a, limit, 110)", "string(p, s, a, limit, 92)"],
  ["bitsRead = a >> 16 ? signExtend(x, bits) : x;", "bitsRead = x;"],
  ["enumOf<i8>(p, s, a, b)", "enumOf<u8>(p, s, a, b)"],
  ["enumOf<i16>(p, s, a, b)", "enumOf<u16>(p, s, a, b)"],
  ["enumOf<i32>(p, s, a, b)", "enumOf<u32>(p, s, a, b)"],
  ["enumOf<i64>(p, s, a, b)", "enumOf<i32>(p, s, a, b)"],
  ["enumOf<u8>(p, s, a, b)", "enumOf<i8>(p, s, a, b)"],
  ["enumOf<u16>(p, s, a, b)", "enumOf<i16>(p, s, a, b)"],
  ["enumOf<u32>(p, s, a, b)", "enumOf<i32>(p, s, a, b)"],
  ["count -= half + 1;", "count -= half + 2;"],
  ["store<u8>(program + load<u32>(from - Op.NOTE_BEFORE_NAME), 1)", "store<u8>(from, 1)"],
  ["return b == 0 ? s64Text(p, value) : 0;", "return s64Text(p, value);"],
  ["abs(x) < 9007199254740992", "abs(x) < 1e22"],
  ["(whole != 0 || reinterpret<u64>(x) == 0)", "true"],
  ["float(p, load<f32>(s))", "float(p, <f32>load<f64>(s))"],
  ["float(p, load<f64>(s))", "float(p, load<f32>(s))"],
  ["render(p, a, s));", "render(p, a, s + 1));"],
  ["u32Text(p, cpu));", "u32Text(p, cpu + 1));"],
  ["u32Text(p, index));", "u32Text(p, index + 1));"],
  ["chars(p, s, a, limit, true)", "chars(p, s, a, limit, false)"],
  ["if (guess < count && load", "if (guess <= count && load"],
  ["+ (<usize>guess << 4)) == value)", "+ (<usize>guess << 4)) >= value)"],
];

/** Numbers of any bits, in `bits.ts`. */
const BITS: readonly Mutant[] = [
  ["if (shift) x |= (<u64>load<u8>(s, 8)) << (64 - shift);", ""],
  ["return signed ? s64Text(p, signExtend(x, bits)) : u64Text(p, x);", "return u64Text(p, x);"],
  ["high = ~high + (low == 0 ? 1 : 0);", "high = ~high;"],
  ["const high = load<u64>(s, 8) | low;", "const high = load<u64>(s, 8);"],
  ["return bits64(s, shift, bits) != 0;", "return bits64(s, shift, bits) > 1;"],
  ["return (bits64(s, shift, 64) | bits64(s + 8, shift, bits - 64)) != 0;", "return bits64(s, shift, 64) != 0;"],
];

/** Texts and arrays, in `bytes.ts`. */
const BYTES: readonly Mutant[] = [
  ["p = hexItems(p, s, PIECE);\n    if (p > limit) p = flush(p);", "p = hexItems(p, s, PIECE);"],
  ["return hexItems(p, s, n) - 1;", "return hexItems(p, s, n);"],
  ["13, 29, 14, 30, 15, 31), 16);", "13, 29, 14, 30, 15, 30), 16);"],
  ["if (!(i & 255) && p > limit) p = flush(p);", ""],
  ["if (!(i & 7)) p = byte(p, 32);", "if (!(i & 3)) p = byte(p, 32);"],
  ["if (p > limit) p = flush(p);\n    hexPairs16(p, s);", "hexPairs16(p, s);"],
  ["i8x16.splat(0x5e)", "i8x16.splat(0x5f)"],
  ["if (end >= n || load<u8>", "if (load<u8>"],
  ["if (c < 0x20 || c > 0x7e) return 0;", "if (c < 0x20 || c > 0x7f) return 0;"],
  ["if (!((at - s) & 1023) && p > limit) p = flush(p);", ""],
  ["    case 12:\n      return 102;", "    case 12:\n      return 103;"],
  ["first < 0xf5 ? 4 : 0", "first < 0xf6 ? 4 : 0"],
  ["first == 0xf4 ? 0x8f", "first == 0xf5 ? 0x8f"],
  ["first == 0xe0 ? 0xa0", "first == 0xe1 ? 0xa0"],
  ["code <= 0x2069)", "code <= 0x2068)"],
  ["code <= 0x9f ||", "code <= 0x9e ||"],
  ["at += valid;", "at++;"],
  ["if (!isValid) replaced++;", ""],
  ["check = at + PIECE;\n      if (p > limit) p = flush(p);", "check = at + PIECE;"],
  ["p = copyText(p, from, PIECE);", "p = copyText(p, from, PIECE - 1);"],
];

/** Numbers, in `digits.ts`. */
const DIGITS: readonly Mutant[] = [
  ["if (high < TEN_8) return padded8(", "if (high <= TEN_8) return padded8("],
  ["if (n < TEN_8) return upTo8(p, n);", "if (n <= TEN_8) return upTo8(p, n);"],
  ["const base: u64 = 1_000_000_000;", "const base: u64 = 1_000_000_001;"],
  ["return n + (n < 10 ? 48 : 87)", "return n + (n < 9 ? 48 : 87)"],
  ["0x3030 | (n / 10) | ((n % 10) << 8)", "0x3030 | (n / 11) | ((n % 10) << 8)"],
  ["i32x4.splat(twoDigits(high) - 0x3030)", "i32x4.splat(twoDigits(high) - 0x3031)"],
  ["(digits & 0x0f0f_0f0f_0f0f_0f0f) | 0x0100_0000_0000_0000", "digits & 0x0f0f_0f0f_0f0f_0f0f"],
  ["(digits & 0x0f0f_0f0f) |", "(digits & 0x0f0f_0e0f) |"],
  ["n < 16 ? 1 : 0", "n <= 16 ? 1 : 0"],
  ["if (n < 256) {", "if (n <= 256) {"],
  ["return p + (<u32>n >> 31);", "return p + (<u32>n >> 30);"],
  ["(67 - <u32>clz<u64>(n)) >> 2", "(68 - <u32>clz<u64>(n)) >> 2"],
];

/** All of them by file. */
export const MUTANTS: Readonly<Record<string, readonly Mutant[]>> = {
  "engine.ts": ENGINE,
  "values.ts": VALUES,
  "bits.ts": BITS,
  "bytes.ts": BYTES,
  "digits.ts": DIGITS,
};
