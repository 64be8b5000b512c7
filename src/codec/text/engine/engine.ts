// Runs a program of ../ops.ts, which the compilers made of a layout, once for each entry or row.
//
// An operation looks at the limit before it writes its literal, so it may write no more than the room behind the limit
// (OutputBuffer's SLACK) less MAX_LITERAL: what may be longer looks at the limit by itself, in bytes.ts.
//
// A build with assertions, which the tests use, checks that every read is inside the entry and every write in the
// output.
import * as Op from "../ops";
import { boolText, byte, copyText, flush, hexJson } from "./bytes";
import { fillTables, sign, u32Text, u64Text } from "./digits";
import { begin, bound, check, cpu, cpuList, index, limit, number, program } from "./row";
import { prepareValues, writeValue } from "./values";

export { takeReplaced } from "./bytes";

const STACK: usize = memory.data(Op.STACK_BYTES, 16);
/** The most bytes of an operation behind the limit. */
const SLACK: usize = 16384;
/** The end of what belongs to the engine: `ENGINE_BYTES` of machine.ts. */
const END: usize = 1 << 16;

export function init(): void {
  assert(__heap_base <= END);
  fillTables();
  prepareValues();
}

function entry(start: usize): usize {
  let o = program;
  let p = start;
  let frame = STACK;
  let stopped = false;
  let n: u32 = 0;
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
        if (cpu == index) {
          o += b;
          continue;
        }
        const loop = frame + (a << 3);
        store<usize>(loop, load<usize>(slot) + load<u32>(cpuList + (cpu << 2)) * offset);
        store<u32>(loop, cpu, 4);
        continue;
      }
      case Op.NEXT_CPU: {
        const loop = frame + (a << 3);
        const here = load<u32>(loop, 4);
        const next = here + 1;
        if (next == index) continue;
        const step = load<u32>(cpuList + (next << 2)) - load<u32>(cpuList + (here << 2));
        store<usize>(loop, load<usize>(loop) + step * offset);
        store<u32>(loop, next, 4);
        p = byte(p, 44);
        o -= b;
        continue;
      }
      case Op.CPU:
        n = load<u32>(cpuList + (load<u32>(slot, 4) << 2));
        break;
      case Op.TURN:
        n = a - load<u32>(slot, 4);
        break;
      case Op.TURN_2:
        n = a - load<u32>(slot, 4);
        if (n < 10) p = byte(p, 48);
        break;
      case Op.STOP:
        stopped = true;
        continue;
      case Op.IF_STOPPED:
        if (stopped) o += a;
        continue;
      case Op.U8:
        check(s, 1);
        n = load<u8>(s);
        break;
      case Op.U16:
        check(s, 2);
        n = load<u16>(s);
        break;
      case Op.U32:
        check(s, 4);
        n = load<u32>(s);
        break;
      case Op.S8:
        check(s, 1);
        p = sign(p, load<i8>(s));
        n = abs<i32>(load<i8>(s));
        break;
      case Op.S16:
        check(s, 2);
        p = sign(p, load<i16>(s));
        n = abs<i32>(load<i16>(s));
        break;
      case Op.S32:
        check(s, 4);
        p = sign(p, load<i32>(s));
        n = abs<i32>(load<i32>(s));
        break;
      case Op.U64:
        check(s, 8);
        p = u64Text(p, load<u64>(s));
        continue;
      case Op.BOOL:
        check(s, 1);
        p = boolText(p, load<u8>(s) != 0);
        continue;
      case Op.HEX_JSON:
        check(s, a);
        p = hexJson(p, s, a, limit);
        continue;
      default: {
        const end = writeValue(code, p, s, a, b);
        if (end == 0) continue;
        p = end;
        o += b;
        continue;
      }
    }
    p = u32Text(p, n);
  }
}

@inline
function place(key: usize, keySize: u32, value: usize, valueSize: u32): void {
  store<usize>(STACK, key);
  store<usize>(STACK, value, 8);
  bound(key, keySize, value, valueSize);
}

/**
 * Writes the entries of a batch, with a comma between them if `listed`; `first`: nothing stands before them yet.
 * Returns the end of the text.
 */
export function entries(
  itsProgram: usize,
  key: usize,
  keySize: u32,
  value: usize,
  valueSize: u32,
  count: u32,
  start: usize,
  itsLimit: usize,
  listed: bool,
  first: bool,
): usize {
  let p = start;
  begin(itsProgram, itsLimit, 0);
  for (; count > 0; count--, key += keySize, value += valueSize) {
    if (listed && !first) p = byte(p, 44);
    first = false;
    place(key, keySize, value, valueSize);
    p = entry(p);
  }
  return p;
}

/**
 * Writes rows, with commas as in `entries`. The list has 16 bytes for each: the addresses of key and value, the row's
 * CPU and its index, or for a program with a loop over CPUs the first and the end of the row's part of the list at
 * `cpus`.
 */
export function rows(
  itsProgram: usize,
  list: usize,
  count: u32,
  cpus: usize,
  keySize: u32,
  valueSize: u32,
  start: usize,
  itsLimit: usize,
  listed: bool,
  first: bool,
): usize {
  let p = start;
  begin(itsProgram, itsLimit, cpus);
  for (; count > 0; count--, list += 16) {
    if (listed && !first) p = byte(p, 44);
    first = false;
    place(load<usize>(list), keySize, load<usize>(list, 4), valueSize);
    number(load<u32>(list, 8), load<u32>(list, 12));
    p = entry(p);
  }
  return p;
}
