/** The place in memory that an instruction reads or writes. */
export interface MemoryAccess {
  readonly base: string;
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  readonly write: boolean;
}

/** The effects of an instruction on registers, memory and the flow, read from the text that the kernel prints of it. */
export interface Effect {
  /** The register that it writes. A call writes R0. */
  readonly target: string | undefined;
  /** The register that the target's value comes from, or is changed by. */
  readonly source: string | undefined;
  /** `move` makes the target the source; `change` makes it something that depends on what it was. */
  readonly how: "move" | "load" | "constant" | "change" | "call" | "none";
  readonly memory: MemoryAccess | undefined;
  /** A helper's or kfunc's name, or undefined for a function of the program. */
  readonly callee: string | undefined;
  readonly call: "none" | "kernel" | "program";
  /** The condition of a jump, `r1 == 0x0`. */
  readonly condition: string | undefined;
  /** The registers in it. */
  readonly tested: readonly string[];
  /** The distance of a jump or a call of the program from the next instruction. */
  readonly distance: number | undefined;
  readonly exit: boolean;
}

const NOTHING: Effect = {
  target: undefined,
  source: undefined,
  how: "none",
  memory: undefined,
  callee: undefined,
  call: "none",
  condition: undefined,
  tested: [],
  distance: undefined,
  exit: false,
};

const SIZES: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, u64: 8, s8: 1, s16: 2, s32: 4, s64: 8 };
const ACCESS = /\(([us](?:8|16|32|64)) \*\)\(([rw]\d+) ([+-]) ?(\d+|0x[0-9a-f]+)\)/;
const LOAD = /^([rw]\d+) = \*\(/;
const STORE = /^\*\([us]\d+ \*\)\([rw]\d+ [+-] ?\w+\) = (?:([rw]\d+)|-?\w+)$/;
const MOVE = /^([rw]\d+) = (?:\([us]\d+\) ?)?([rw]\d+)$/;
const CONSTANT = /^([rw]\d+) = (?:0x[0-9a-f]+|-?\d+|map\[|&|\w+_ptr).*$/;
const CHANGE = /^([rw]\d+) (?:\S{1,4}=|= (?:-|be|le|bswap)\d* ?)\s*(?:\([us]\d+\) ?)?([rw]\d+|-?\w+)?/;
const CALL = /^call ([\w.]{1,256}?)(?:#-?\d+)?$/;
const CALL_PROGRAM = /^call (?:pc)?([+-]\d+)/;
const JUMP = /^(?:if (.{1,80}?) )?(?:may_|or_break_|nocond_)?gotol? (?:pc)?([+-]\d+)/;
const FETCH = /^([rw]\d+) = (?:atomic\w*_|load_acquire|xchg|atomic|\w*cmpxchg)/;

/** Parses the text of an instruction; an instruction that isn't known does nothing. */
export function effectOf(text: string): Effect {
  if (text === "exit") return { ...NOTHING, exit: true };
  if (text.startsWith("call ")) return callEffect(text);
  const memory = accessOf(text);
  const jump = JUMP.exec(text);
  if (jump !== null) {
    const tested = [...(jump[1] ?? "").matchAll(/\b[rw]\d+\b/g)].map(([register]) => upper(register) ?? "");
    return { ...NOTHING, condition: jump[1], tested, distance: Number(jump[2]) };
  }
  if (memory !== undefined) return memoryEffect(text, memory);
  const move = MOVE.exec(text);
  if (move !== null) return { ...NOTHING, target: upper(move[1]), source: upper(move[2]), how: "move" };
  const constant = CONSTANT.exec(text);
  if (constant !== null) return { ...NOTHING, target: upper(constant[1]), how: "constant" };
  const change = CHANGE.exec(text);
  if (change !== null) return { ...NOTHING, target: upper(change[1]), source: registerOr(change[2]), how: "change" };
  // `r0 = *(u32 *)skb[12]`
  return text.startsWith("r0 = ") ? { ...NOTHING, target: "R0", how: "load" } : NOTHING;
}

function callEffect(text: string): Effect {
  const program = CALL_PROGRAM.exec(text);
  if (program !== null) {
    return { ...NOTHING, target: "R0", how: "call", call: "program", distance: Number(program[1]) };
  }
  return { ...NOTHING, target: "R0", how: "call", call: "kernel", callee: CALL.exec(text)?.[1] };
}

function memoryEffect(text: string, memory: Omit<MemoryAccess, "write">): Effect {
  const load = LOAD.exec(text);
  if (load !== null) return { ...NOTHING, target: upper(load[1]), how: "load", memory: { ...memory, write: false } };
  const fetch = FETCH.exec(text);
  if (fetch !== null) return { ...NOTHING, target: upper(fetch[1]), how: "load", memory: { ...memory, write: true } };
  const source = upper(STORE.exec(text)?.[1] ?? /[=,] ([rw]\d+)\)?$/.exec(text)?.[1]);
  return { ...NOTHING, source, memory: { ...memory, write: true } };
}

function accessOf(text: string): Omit<MemoryAccess, "write"> | undefined {
  const found = ACCESS.exec(text);
  if (found === null) return undefined;
  const offset = Number(found[4]) * (found[3] === "-" ? -1 : 1);
  return { base: upper(found[2]) ?? "", offset, size: SIZES[found[1] ?? ""] ?? 0 };
}

function registerOr(text: string | undefined): string | undefined {
  return text !== undefined && /^[rw]\d+$/.test(text) ? upper(text) : undefined;
}

/** `r1` and its lower half `w1` are R1. */
function upper(register: string | undefined): string | undefined {
  return register === undefined ? undefined : `R${register.slice(1)}`;
}
