/** A register, or a stack slot (`fp-8`), and what the verifier knows of it, as written in the log. */
export interface RegisterState {
  readonly name: string;
  readonly value: string;
}

/** The most registers and slots of one state: 11 registers and 64 slots, and what a newer kernel may add. */
const MOST = 160;

/**
 * The registers of a state in any kernel's notation: `R1_w=inv(id=0)`, `R1=scalar(umax=7,var_off=(0x0; 0x7))`,
 * `fp-8=mmmm????`, `fp-16_w=map_value`. A value ends at a blank outside of parentheses.
 */
export function registersOf(state: string): RegisterState[] {
  const found: RegisterState[] = [];
  let at = frameOf(state)?.end ?? 0;
  while (at < state.length && found.length < MOST) {
    const start = skipBlanks(state, at);
    const equals = state.indexOf("=", start);
    if (equals < 0) break;
    const end = endOfValue(state, equals + 1);
    const name = /^(R\d+|fp-?\d+|refs)/.exec(state.slice(start, equals))?.[1];
    if (name !== undefined) found.push({ name, value: state.slice(equals + 1, end) });
    at = end;
  }
  return found;
}

/** Returns the part of a state about one register; undefined where it doesn't name it. */
export function stateOf(state: string, name: string): string | undefined {
  if (!state.includes(name)) return undefined;
  return registersOf(state).find((one) => one.name === name)?.value;
}

/** `frame1: R1=...`: the number of the function's frame, and where the registers begin. */
export function frameOf(state: string): { readonly frame: number; readonly end: number } | undefined {
  const found = /^ *frame(\d{1,2}): ?/.exec(state);
  return found === null ? undefined : { frame: Number(found[1]), end: found[0].length };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
}

function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 40) depth += 1;
    else if (code === 41) depth -= 1;
    else if (code === 32 && depth <= 0) return at;
  }
  return text.length;
}

/** A value taken apart: `map_value_or_null(id=1,map=counts,ks=4,vs=8)`. */
export interface Value {
  /** `scalar`, `pkt`, `map_value_or_null`, `fp`, `ptr_task_struct`; what Linux before 5.18 calls `inv` is `scalar`. */
  readonly type: string;
  /** A number that is known exactly: `7`, `P0x1e846`, `inv7`, or the offset of `fp-8`. */
  readonly exact: bigint | undefined;
  /**
   * `id`, `off`, `r`, `vs`, `umax` and the like, by name. Names of before 6.0 (`umax_value`) are the short ones here.
   */
  readonly attributes: ReadonlyMap<string, string>;
}

/** Parses a value of a state; undefined for stack slots of single bytes (`mmmm????`) and what isn't one. */
export function readValue(text: string): Value | undefined {
  const spilled = /^[rm0?]{1,7}(?=[a-zP]|-?\d)(?!scalar)/.exec(text);
  const plain =
    spilled !== null && !/^(?:map|mem|r?d(?:only|wr)|ringbuf|rcu)/.test(text) ? text.slice(spilled[0].length) : text;
  const constant = /^P?(?:inv|scalar)?P?(-?(?:0x[0-9a-f]+|\d+))$/.exec(plain);
  if (constant?.[1] !== undefined) return { type: "scalar", exact: integer(constant[1]), attributes: new Map() };
  const stack = /^fp(?:\[\d+\])?(-?\d+)$/.exec(plain);
  if (stack?.[1] !== undefined) return { type: "fp", exact: integer(stack[1]), attributes: new Map() };
  const found = /^P?([a-z][\w.]*?)P?(?:\[\d+\])?(?:\((.*)\))?$/.exec(plain);
  if (found?.[1] === undefined) return undefined;
  const type = /^inv[P]?$/.test(found[1]) ? "scalar" : found[1];
  const attributes = attributesOf(found[2] ?? "");
  return { type, exact: exactOf(type, attributes), attributes };
}

/** `inv(id=0,imm=7)`-like constants. */
function exactOf(type: string, attributes: ReadonlyMap<string, string>): bigint | undefined {
  const imm = type === "scalar" ? attributes.get("imm") : undefined;
  return imm === undefined ? undefined : integer(imm.startsWith("0x") ? imm : `0x${imm}`);
}

/** `smin=smin32=0,smax=7,var_off=(0x0; 0x7)`: names that are joined by `=` share the value at their end. */
function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of partsOf(text)) {
    const pieces = part.split("=");
    const value = pieces.pop() ?? "";
    for (const name of pieces) attributes.set(shortName(name), value);
  }
  return attributes;
}

function shortName(name: string): string {
  const old = /^([su])(?:(32)_)?(min|max)_value$/.exec(name);
  return old === null ? name : `${old[1]}${old[3]}${old[2] ?? ""}`;
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    if (char !== undefined && (char !== "," || depth > 0)) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return parts;
}

/** `-8`, `0x1f`, `12`; undefined for what is none. */
export function integer(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^-?(?:0x[0-9a-fA-F]{1,16}|\d{1,20})$/.test(text)) return undefined;
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** The bounds of a number, or of the variable part of a pointer, as far as the verifier knows them. */
export interface Bounds {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

const UNSIGNED_MAX = (1n << 64n) - 1n;

/** As signed numbers where the signed bounds are known, else as unsigned ones. */
export function boundsOf({ exact, attributes }: Value): Bounds {
  if (exact !== undefined) return { min: exact, max: exact };
  const [smin, smax] = [integer(attributes.get("smin")), integer(attributes.get("smax"))];
  const [umin, umax] = [integer(attributes.get("umin")), integer(attributes.get("umax"))];
  const known = umax !== undefined && umax < UNSIGNED_MAX / 2n;
  return { min: signed(smin) ?? umin ?? (known ? 0n : undefined), max: signed(smax) ?? (known ? umax : undefined) };
}

/** A bound that the log writes as 64 bits in hexadecimal, as a signed number. */
function signed(bound: bigint | undefined): bigint | undefined {
  return bound === undefined ? undefined : BigInt.asIntN(64, bound);
}
