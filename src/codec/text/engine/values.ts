// The operations that write a value, but for the most common ones, which engine.ts has itself. Each is a function of
// its own, since V8 takes a multiple of the time for one that is twice as long, and then only for those that are used
// much.
//
// A function writes at p and returns the end of its text. Then the program goes on `b` bytes further: 0 with most
// operations. A function that returns 0 has written nothing, and the next operation follows.
import * as Op from "../ops";
import { bits64, decimalBits, hexBits, hexToEnd, isSet, signExtend } from "./bits";
import { boolText, byte, cell, chars, copyText, hexPlain, hexString, name, string } from "./bytes";
import { hexText, s64Text, u32Text } from "./digits";
import { check, checkBits, cpu, index, limit, program } from "./row";

@external("env", "float")
declare function floatText(p: usize, value: f64): usize;
@external("env", "render")
declare function render(p: usize, renderer: u32, s: usize): usize;

type Value = (p: usize, s: usize, a: u32, b: u32) => usize;

/** For each code the index of its function in the table; 0, which can't be called, for any other. */
const FUNCTIONS: usize = memory.data(256 * 4, 16);

/** What BITS has read. */
let bitsRead: i64 = 0;

@inline
export function writeValue(code: i32, p: usize, s: usize, a: u32, b: u32): usize {
  return call_indirect<usize>(load<u32>(FUNCTIONS + (<usize>code << 2)), p, s, a, b);
}

@inline
function set(code: i32, value: Value): void {
  store<u32>(FUNCTIONS + (<usize>code << 2), value.index);
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
  // Most enumerators count on from the first.
  const guess = <u64>(value - load<i64>(at));
  if (guess < count && load<i64>(at + (<usize>guess << 4)) == value) return at + (<usize>guess << 4);
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

@inline
function enumName(p: usize, row: usize): usize {
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

/** Writes the name of a value; without one its number, or nothing if something else stands for it. */
function nameOf(p: usize, value: i64, table: u32, b: u32): usize {
  const row = enumerator(program + table, value);
  if (row) return enumName(p, row);
  return b == 0 ? s64Text(p, value) : 0;
}

@inline
function enumOf<T>(p: usize, s: usize, a: u32, b: u32): usize {
  check(s, sizeof<T>());
  return nameOf(p, load<T>(s), a, b);
}

export function prepareValues(): void {
  set(Op.S64, (p, s, a, b) => {
    check(s, 8);
    return s64Text(p, load<i64>(s));
  });
  set(Op.DECIMAL, (p, s, a, b) => {
    checkBits(s, a);
    return decimalBits(p, s, a);
  });
  set(Op.HEX, (p, s, a, b) => {
    checkBits(s, a);
    return hexBits(p, s, a);
  });
  set(Op.HEX_TO_END, (p, s, a, b) => {
    check(s, 16);
    return hexToEnd(p, s, a);
  });
  set(Op.BOOL_BITS, (p, s, a, b) => {
    checkBits(s, a);
    return boolText(p, isSet(s, a));
  });
  set(Op.POINTER, (p, s, a, b) => {
    check(s, 8);
    return pointer(p, load<u64>(s));
  });
  set(Op.CHAR, (p, s, a, b) => {
    check(s, 1);
    return char(p, load<u8>(s), program + a);
  });
  set(Op.CHAR_PLAIN, (p, s, a, b) => {
    check(s, 1);
    return charPlain(p, load<u8>(s));
  });
  set(Op.STRING, (p, s, a, b) => {
    check(s, a);
    return string(p, s, a, limit, 92);
  });
  set(Op.STRING_OLD, (p, s, a, b) => {
    check(s, a);
    return string(p, s, a, limit, 110);
  });
  set(Op.ENUM_S8, (p, s, a, b) => enumOf<i8>(p, s, a, b));
  set(Op.ENUM_S16, (p, s, a, b) => enumOf<i16>(p, s, a, b));
  set(Op.ENUM_S32, (p, s, a, b) => enumOf<i32>(p, s, a, b));
  set(Op.ENUM_S64, (p, s, a, b) => enumOf<i64>(p, s, a, b));
  set(Op.ENUM_U8, (p, s, a, b) => enumOf<u8>(p, s, a, b));
  set(Op.ENUM_U16, (p, s, a, b) => enumOf<u16>(p, s, a, b));
  set(Op.ENUM_U32, (p, s, a, b) => enumOf<u32>(p, s, a, b));
  set(Op.BITS, (p, s, a, b) => {
    checkBits(s, a);
    const bits = (a >> 8) & 0xff;
    const x = bits64(s, a & 7, bits);
    bitsRead = a >> 16 ? signExtend(x, bits) : x;
    return p;
  });
  set(Op.ENUM_BITS, (p, s, a, b) => nameOf(p, bitsRead, a, b));
  set(Op.HEX_PLAIN, (p, s, a, b) => {
    check(s, a);
    return hexPlain(p, s, a, limit);
  });
  set(Op.HEX_STRING, (p, s, a, b) => {
    check(s, a);
    return hexString(p, s, a, limit);
  });
  set(Op.CHARS, (p, s, a, b) => {
    check(s, a);
    return chars(p, s, a, limit, false);
  });
  set(Op.CHARS_LOSSLESS, (p, s, a, b) => {
    check(s, a);
    return chars(p, s, a, limit, true);
  });
  set(Op.F32, (p, s, a, b) => {
    check(s, 4);
    return float(p, load<f32>(s));
  });
  set(Op.F64, (p, s, a, b) => {
    check(s, 8);
    return float(p, load<f64>(s));
  });
  set(Op.RENDER, (p, s, a, b) => render(p, a, s));
  set(Op.ROW_CPU, (p, s, a, b) => u32Text(p, cpu));
  set(Op.ROW_INDEX, (p, s, a, b) => u32Text(p, index));
  set(Op.CELL, (p, s, a, b) => {
    check(s, a);
    return cell(p, s, a, limit, false);
  });
  set(Op.CELL_LOSSLESS, (p, s, a, b) => {
    check(s, a);
    return cell(p, s, a, limit, true);
  });
}
