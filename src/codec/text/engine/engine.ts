// Runs a program of ../ops.ts, which the compilers made of a layout, once for each entry or row.
//
// An operation looks at the limit before it writes its literal, so it may write no more than the room behind the limit
// (OutputBuffer's SLACK) less MAX_LITERAL: what may be longer looks at the limit by itself, in bytes.ts.
//
// A build with assertions, which the tests use, checks that every read is inside the entry and every write in the output.
import * as Op from "../ops";
import { boolText, byte, chars, copyText, flush, hexJson, hexPlain, hexString, name, string } from "./bytes";
import { fillTables, hex128Text, hexText, s32Text, s64Text, u32Text, u64Text, u128Text } from "./digits";

export { takeReplaced } from "./bytes";

@external("env", "float")
declare function floatText(p: usize, value: f64): usize;
@external("env", "render")
declare function render(p: usize, renderer: u32, s: usize): usize;

const STACK: usize = memory.data(Op.STACK_BYTES, 16);
/** The most bytes of an operation behind the limit. */
const SLACK: usize = 16384;

/* What belongs to the row, beside its key and value. */
let rowCpu: u32 = 0;
let rowIndex: u32 = 0;
let cpuList: usize = 0;

/* The bytes that may be read, for assertions. */
let keyStart: usize = 0;
let keyEnd: usize = 0;
let valueStart: usize = 0;
let valueEnd: usize = 0;

export function init(): void {
  fillTables();
}

/** Asserts that n bytes at s belong to the entry. */
@inline
function check(s: usize, n: u64): void {
  if (ASC_NO_ASSERT) return;
  const isKey = s >= keyStart && <u64>s + n <= <u64>keyEnd;
  assert(isKey || (s >= valueStart && <u64>s + n <= <u64>valueEnd));
}

/** Asserts that n bits from the bit `a & 7` on do. */
@inline
function checkBits(s: usize, a: u32): void {
  if (ASC_NO_ASSERT) return;
  check(s, ((a & 7) + ((a >> 8) & 0xff) + 7) >> 3);
}

/** Reads up to 64 bits from bit `shift` (0 to 7) on. It loads 9 bytes. */
@inline
function bits64(s: usize, shift: u32, bits: u32): u64 {
  let x = load<u64>(s) >> shift;
  if (shift) x |= (<u64>load<u8>(s, 8)) << (64 - shift);
  return bits < 64 ? x & (((<u64>1) << bits) - 1) : x;
}

@inline
function signExtend(x: u64, bits: u32): i64 {
  return <i64>(x << (64 - bits)) >> (64 - bits);
}

function hexBits(p: usize, s: usize, a: u32): usize {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  if (bits <= 64) return hexText(p, bits64(s, shift, bits));
  return hex128Text(p, bits64(s, shift, 64), bits64(s + 8, shift, bits - 64));
}

/** As bpftool: where it shifts 64 bits by 64, the processor, and so WebAssembly, shifts by nothing. */
function hexToEnd(p: usize, s: usize, shift: u64): usize {
  const low = load<u64>(s);
  const high = load<u64>(s, 8) | low;
  return hex128Text(p, (low >> shift) | (high << (64 - shift)), high >> shift);
}

function decimalBits(p: usize, s: usize, a: u32): usize {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  const signed = a >> 16;
  if (bits <= 64) {
    const x = bits64(s, shift, bits);
    return signed ? s64Text(p, signExtend(x, bits)) : u64Text(p, x);
  }
  let low = bits64(s, shift, 64);
  let high = bits64(s + 8, shift, bits - 64);
  if (signed) {
    high = signExtend(high, bits - 64);
    if (<i64>high < 0) {
      p = byte(p, 45);
      low = 0 - low;
      high = ~high + (low == 0 ? 1 : 0);
    }
  }
  return u128Text(p, low, high);
}

function isSet(s: usize, a: u32): bool {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  if (bits <= 64) return bits64(s, shift, bits) != 0;
  return (bits64(s, shift, 64) | bits64(s + 8, shift, bits - 64)) != 0;
}

const NIL: usize = memory.data<u8>([40, 110, 105, 108, 41, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

function pointer(p: usize, x: u64): usize {
  if (x == 0) return copyText(p, NIL, 5);
  store<u16>(p, 0x7830);
  return hexText(p + 2, x);
}

@inline
function isPrintable(c: u32): bool {
  return c >= 0x20 && c <= 0x7e;
}

@inline
function quotedByte(p: usize, c: u32): usize {
  store<u32>(p, 0x220022 | (c << 8));
  return p + 3;
}

function char(p: usize, c: u32, note: usize): usize {
  if (isPrintable(c)) {
    if (c == 34 || c == 92) store<u8>(note, 1);
    return quotedByte(p, c);
  }
  store<u64>(p, 0x3030_755c_22);
  if (c < 16) p = byte(p + 5, 48);
  else p = p + 5;
  return byte(hexText(p, c), 34);
}

function charPlain(p: usize, c: u32): usize {
  if (isPrintable(c)) return quotedByte(p, c);
  store<u16>(p, 0x7830);
  return hexText(p + 2, c);
}

/** Returns the row of a value in a table, or 0. */
function enumerator(table: usize, value: i64): usize {
  let count = load<u32>(table);
  let at = table + 16;
  if (count <= 8) {
    for (const end = at + (count << 4); at < end; at += 16) if (load<i64>(at) == value) return at;
    return 0;
  }
  while (count > 0) {
    const half = count >> 1;
    const middle = at + (half << 4);
    const here = load<i64>(middle);
    if (here == value) return middle;
    if (here < value) {
      at = middle + 16;
      count -= half + 1;
    } else count = half;
  }
  return 0;
}

function enumName(p: usize, program: usize, row: usize, limit: usize): usize {
  const length = load<u32>(row, 8);
  const from = program + load<u32>(row, 12);
  if (length & Op.NAME_HAS_NOTE) store<u8>(program + load<u32>(from - Op.NOTE_BEFORE_NAME), 1);
  return name(p, from, length & ~Op.NAME_HAS_NOTE, limit);
}

/** Whole numbers, as counters kept in floats are, but not -0: for the rest JavaScript knows the shortest digits. */
@inline
function float(p: usize, x: f64): usize {
  if (abs(x) < 9007199254740992) {
    const whole = <i64>x;
    if (<f64>whole == x && (whole != 0 || reinterpret<u64>(x) == 0)) return s64Text(p, whole);
  }
  return floatText(p, x);
}

function entry(program: usize, start: usize, limit: usize): usize {
  let o = program;
  let p = start;
  let frame = STACK;
  let stopped = false;
  let value: i64 = 0;
  while (true) {
    assert(p <= limit + SLACK);
    if (p > limit) p = flush(p);
    const length: u32 = load<u16>(o, 2);
    if (length) p = copyText(p, o + 16, length);
    const slot = frame + (<usize>load<u8>(o, 1) << 3);
    assert(slot < STACK + Op.STACK_BYTES);
    const offset = load<u32>(o, 4);
    const s = load<usize>(slot) + offset;
    const a = load<u32>(o, 8);
    const b = load<u32>(o, 12);
    const code: i32 = load<u8>(o);
    o += 16 + ((length + 15) & ~15);
    switch (code) {
      case Op.END:
        return p;
      case Op.TEXT:
        continue;
      case Op.JUMP:
        o += a;
        continue;
      case Op.CALL: {
        const callee = frame + (b << 3) + 8;
        assert(callee < STACK + Op.STACK_BYTES);
        store<usize>(callee - 8, o);
        store<usize>(callee - 4, frame);
        store<usize>(callee, s);
        frame = callee;
        o += a;
        continue;
      }
      case Op.RETURN:
        o = load<usize>(frame - 8);
        frame = load<usize>(frame - 4);
        continue;
      case Op.LOOP: {
        const loop = frame + (a << 3);
        assert(loop < STACK + Op.STACK_BYTES);
        store<usize>(loop, s);
        store<u32>(loop, b, 4);
        continue;
      }
      case Op.NEXT:
      case Op.NEXT_LINE: {
        const loop = frame + (a << 3);
        const left = load<u32>(loop, 4) - 1;
        store<u32>(loop, left, 4);
        if (left == 0) continue;
        store<usize>(loop, load<usize>(loop) + offset);
        if (code == Op.NEXT) p = byte(p, 44);
        o -= b;
        continue;
      }
      case Op.COUNTED: {
        check(s, 4);
        const count = load<u32>(s);
        const loop = frame + (a << 3);
        store<usize>(loop, s + 4);
        store<u32>(loop, count, 4);
        if (count == 0) o += b;
        continue;
      }
      case Op.UNLESS_ONE:
        check(s, 4);
        if (load<u32>(s) != 1) o += a;
        continue;
      case Op.CPUS: {
        if (rowCpu == rowIndex) {
          o += b;
          continue;
        }
        const loop = frame + (a << 3);
        store<usize>(loop, load<usize>(slot) + load<u32>(cpuList + (rowCpu << 2)) * offset);
        store<u32>(loop, rowCpu, 4);
        continue;
      }
      case Op.NEXT_CPU: {
        const loop = frame + (a << 3);
        const here = load<u32>(loop, 4);
        const next = here + 1;
        if (next == rowIndex) continue;
        const step = load<u32>(cpuList + (next << 2)) - load<u32>(cpuList + (here << 2));
        store<usize>(loop, load<usize>(loop) + step * offset);
        store<u32>(loop, next, 4);
        p = byte(p, 44);
        o -= b;
        continue;
      }
      case Op.CPU:
        p = u32Text(p, load<u32>(cpuList + (load<u32>(slot, 4) << 2)));
        continue;
      case Op.TURN:
        p = u32Text(p, a - load<u32>(slot, 4));
        continue;
      case Op.TURN_2: {
        const turn = a - load<u32>(slot, 4);
        if (turn < 10) p = byte(p, 48);
        p = u32Text(p, turn);
        continue;
      }
      case Op.STOP:
        stopped = true;
        continue;
      case Op.IF_STOPPED:
        if (stopped) o += a;
        continue;
      case Op.U8:
        check(s, 1);
        p = u32Text(p, load<u8>(s));
        continue;
      case Op.U16:
        check(s, 2);
        p = u32Text(p, load<u16>(s));
        continue;
      case Op.U32:
        check(s, 4);
        p = u32Text(p, load<u32>(s));
        continue;
      case Op.U64:
        check(s, 8);
        p = u64Text(p, load<u64>(s));
        continue;
      case Op.S8:
        check(s, 1);
        p = s32Text(p, load<i8>(s));
        continue;
      case Op.S16:
        check(s, 2);
        p = s32Text(p, load<i16>(s));
        continue;
      case Op.S32:
        check(s, 4);
        p = s32Text(p, load<i32>(s));
        continue;
      case Op.S64:
        check(s, 8);
        p = s64Text(p, load<i64>(s));
        continue;
      case Op.DECIMAL:
        checkBits(s, a);
        p = decimalBits(p, s, a);
        continue;
      case Op.HEX:
        checkBits(s, a);
        p = hexBits(p, s, a);
        continue;
      case Op.HEX_TO_END:
        check(s, 16);
        p = hexToEnd(p, s, a);
        continue;
      case Op.BOOL:
        check(s, 1);
        p = boolText(p, load<u8>(s) != 0);
        continue;
      case Op.BOOL_BITS:
        checkBits(s, a);
        p = boolText(p, isSet(s, a));
        continue;
      case Op.POINTER:
        check(s, 8);
        p = pointer(p, load<u64>(s));
        continue;
      case Op.CHAR:
        check(s, 1);
        p = char(p, load<u8>(s), program + a);
        continue;
      case Op.CHAR_PLAIN:
        check(s, 1);
        p = charPlain(p, load<u8>(s));
        continue;
      case Op.STRING:
      case Op.STRING_OLD: {
        check(s, a);
        const end = string(p, s, a, limit, code == Op.STRING ? 92 : 110);
        if (end) {
          p = end;
          o += b;
        }
        continue;
      }
      case Op.BITS: {
        checkBits(s, a);
        const bits = (a >> 8) & 0xff;
        const x = bits64(s, a & 7, bits);
        value = a >> 16 ? signExtend(x, bits) : x;
        continue;
      }
      case Op.ENUM_S8:
        check(s, 1);
        value = load<i8>(s);
        break;
      case Op.ENUM_S16:
        check(s, 2);
        value = load<i16>(s);
        break;
      case Op.ENUM_S32:
        check(s, 4);
        value = load<i32>(s);
        break;
      case Op.ENUM_S64:
        check(s, 8);
        value = load<i64>(s);
        break;
      case Op.ENUM_U8:
        check(s, 1);
        value = load<u8>(s);
        break;
      case Op.ENUM_U16:
        check(s, 2);
        value = load<u16>(s);
        break;
      case Op.ENUM_U32:
        check(s, 4);
        value = load<u32>(s);
        break;
      case Op.ENUM_BITS:
        break;
      case Op.HEX_JSON:
        check(s, a);
        p = hexJson(p, s, a, limit);
        continue;
      case Op.HEX_PLAIN:
        check(s, a);
        p = hexPlain(p, s, a, limit);
        continue;
      case Op.HEX_STRING:
        check(s, a);
        p = hexString(p, s, a, limit);
        continue;
      case Op.CHARS:
      case Op.CHARS_LOSSLESS:
        check(s, a);
        p = chars(p, s, a, limit, code == Op.CHARS_LOSSLESS);
        continue;
      case Op.F32:
        check(s, 4);
        p = float(p, load<f32>(s));
        continue;
      case Op.F64:
        check(s, 8);
        p = float(p, load<f64>(s));
        continue;
      case Op.RENDER:
        p = render(p, a, s);
        continue;
      case Op.ROW_CPU:
        p = u32Text(p, rowCpu);
        continue;
      case Op.ROW_INDEX:
        p = u32Text(p, rowIndex);
        continue;
      default:
        unreachable();
    }
    const row = enumerator(program + a, value);
    if (row) {
      p = enumName(p, program, row, limit);
      o += b;
    } else if (b == 0) p = s64Text(p, value);
  }
}

@inline
function place(key: usize, keySize: u32, value: usize, valueSize: u32): void {
  store<usize>(STACK, key);
  store<usize>(STACK, value, 8);
  if (ASC_NO_ASSERT) return;
  keyStart = key;
  keyEnd = key + keySize;
  valueStart = value;
  valueEnd = value + valueSize;
}

/**
 * Writes the entries of a batch, with a comma between them if `listed`; `first`: nothing stands before them yet. Returns
 * the end of the text.
 */
export function entries(
  program: usize,
  key: usize,
  keySize: u32,
  value: usize,
  valueSize: u32,
  count: u32,
  start: usize,
  limit: usize,
  listed: bool,
  first: bool,
): usize {
  let p = start;
  for (; count > 0; count--, key += keySize, value += valueSize) {
    if (listed && !first) p = byte(p, 44);
    first = false;
    place(key, keySize, value, valueSize);
    p = entry(program, p, limit);
  }
  return p;
}

/**
 * Writes rows, with commas as in `entries`. The list has 16 bytes for each: the addresses of key and value, the row's CPU
 * and its index, or for a program with a loop over CPUs the first and the end of the row's part of the list at `cpus`.
 */
export function rows(
  program: usize,
  list: usize,
  count: u32,
  cpus: usize,
  keySize: u32,
  valueSize: u32,
  start: usize,
  limit: usize,
  listed: bool,
  first: bool,
): usize {
  let p = start;
  cpuList = cpus;
  for (; count > 0; count--, list += 16) {
    if (listed && !first) p = byte(p, 44);
    first = false;
    place(load<usize>(list), keySize, load<usize>(list, 4), valueSize);
    rowCpu = load<u32>(list, 8);
    rowIndex = load<u32>(list, 12);
    p = entry(program, p, limit);
  }
  return p;
}
