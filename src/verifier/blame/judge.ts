import { boundsOf } from "../log/state.ts";
import { filled } from "../messages/pattern.ts";
import { acquires, movesPacket, opens, releases } from "./calls.ts";
import type { Judged, RefusalContext } from "./context.ts";
import { described } from "./describe.ts";
import { originOf } from "./history.ts";
import type { Trace } from "./trace.ts";

/** The kernel gives up on offsets of a packet that can be larger (MAX_PACKET_OFF). */
const MAX_PACKET_OFFSET = 0xffffn;

/** So many comparisons of two registers are looked at for one with data_end. */
const MOST_CONDITIONS = 100;

/**
 * The real kind of a refusal, its reason, and the place of the culprit. A message says what the verifier saw last; the
 * path before it tells, for example, that a "scalar" was a packet pointer until a call moved the packet.
 */
export function judge(context: RefusalContext): Judged {
  const { row, values } = context.matched;
  const plain: Judged = { kind: row.kind, reason: filled(row.reason, worded(values)) };
  switch (row.kind) {
    case "scalar-dereference":
    case "argument-type":
    case "reference-unowned":
      return mayBeNull(context) ?? voidPointer(context) ?? plain;
    case "packet-bounds":
      return withoutBound(context) ?? voidPointer(context) ?? withComparison(context, plain);
    case "unbounded-offset":
    case "map-value-bounds":
      return negativeOffset(context, plain);
    case "stack-bounds":
      return belowStack(context, plain);
    case "memory-bounds":
      return memoryOf(context, plain);
    case "reference-leak":
      return { ...plain, ...acquiredAt(context) };
    case "lock-held":
      return sectionOf(context, plain);
    case "infinite-loop":
    case "too-complex":
      return { ...plain, ...loopOf(context) };
    case "size-argument":
    case "kernel-bug":
      return wrongMap(context) ?? plain;
    case "ctx-pointer":
      return insideObject(context) ?? plain;
    case "return-value":
      return { ...plain, ...resultOf(context) };
    case "stack-limit":
      return { ...plain, ...largestFrame(context) };
    case "lock-usage":
      return { ...plain, ...mapWithLock(context) };
    default:
      return plain;
  }
}

/** The words of a message, with types spelled out, and an access as the bytes that it is of. */
function worded(values: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const { type, off, size } = values;
  const last = off === undefined || size === undefined ? undefined : String(Number(off) + Number(size) - 1);
  const isName = type === undefined || /^(?:struct|union)/i.test(type);
  const bytes = last === undefined || last === off ? `byte ${off}` : `bytes ${off} … ${last}`;
  return { ...values, bytes, type: isName ? type : plainType(type) };
}

function plainType(type: string): string {
  const words = described(type);
  return words === type && type === "inv" ? "a number" : words.replace(", nothing known of it", "");
}

/** A pointer that may be NULL, whatever the function would have liked to have. */
function mayBeNull({ matched, value, register, parsed, history }: RefusalContext): Judged | undefined {
  const type = matched.values.type ?? value ?? "";
  if (/_or_null|or_null_/.test(type) || /_or_null|or_null_/.test(value ?? "")) {
    const what = described(/or_null/.test(value ?? "") ? (value ?? "") : type);
    return {
      kind: "null-check",
      reason: `${register ?? "the pointer"} is ${what}, and nothing on this path rules NULL out`,
    };
  }
  const origin = originOf(history);
  const isNull = parsed?.exact === 0n && origin?.kind === "returned";
  if (!isNull) return undefined;
  return {
    kind: "null-check",
    reason: `${register} is NULL on this path: that is what the call returns when it has nothing`,
  };
}

/** A pointer that a call in between has made void: the packet was moved, or the object released. */
function voidPointer(context: RefusalContext): Judged | undefined {
  const { trace, index, register, history, parsed, matched } = context;
  const said = matched.values.type ?? "scalar";
  if (index === undefined || register === undefined || (parsed !== undefined && parsed.type !== "scalar"))
    return undefined;
  if (!/^(?:inv|scalar)/.test(said) || history.some(({ kind }) => kind === "constant")) return undefined;
  const was = history.find(({ value }) => value !== undefined && !/^(?:P?(?:inv|scalar|-?\d)|mmmm)/.test(value));
  const since = was?.index ?? history.at(-1)?.index ?? 0;
  const isPacket = /^pkt/.test(was?.value ?? "") || history.some(({ source }) => /->data\b/.test(source?.text ?? ""));
  const call = trace.lastBefore(
    index,
    (effect, at) => at > since && (isPacket ? movesPacket(effect.callee) : releases(effect.callee)),
  );
  if (call === undefined) return undefined;
  const callee = trace.effect(call).callee ?? "";
  const line = trace.sourceOf(call);
  const where = line === undefined || line.line === 0 ? "" : ` in line ${line.line}`;
  if (isPacket) {
    return {
      kind: "packet-pointer-stale",
      reason: `${callee}()${where} may have moved the packet, and ${register} is from before`,
    };
  }
  if (was === undefined && !acquires(trace.effect(history.at(-1)?.index ?? -1).callee)) return undefined;
  return { kind: "use-after-release", reason: `${callee}()${where} took away what ${register} points to` };
}

/** Says what the path has of comparisons with data_end: none, or one that does not prove enough. */
function withComparison({ trace, history, index, frame }: RefusalContext, plain: Judged): Judged {
  if (index === undefined) return plain;
  let looked = 0;
  const isComparison = (at: number): boolean => looked++ < MOST_CONDITIONS && comparesWithEnd(trace, at);
  const compared = trace.lastBefore(index, ({ tested }, at) => tested.length > 1 && isComparison(at));
  if (compared !== undefined) {
    const line = trace.sourceOf(compared)?.line ?? 0;
    const where = line > 0 ? ` in line ${line}` : "";
    return { ...plain, reason: `${plain.reason}: the comparison with data_end${where} does not cover it on this path` };
  }
  if (trace.log.headless || frame > 0) return plain;
  const [origin, here] = [originOf(history)?.source?.line ?? 0, trace.sourceOf(index)?.line ?? 0];
  const between = origin > 0 && here > 0 ? ` between line ${origin} and line ${here}` : "";
  return { ...plain, reason: `${plain.reason}: nothing is compared with data_end${between}` };
}

function comparesWithEnd(trace: Trace, at: number): boolean {
  const frame = trace.log.path.frame(at);
  return trace.effect(at).tested.some((register) => {
    const value = trace.valueAfter(at, frame, register) ?? trace.valueBefore(at, frame, register)?.value;
    return value?.startsWith("pkt_end") === true;
  });
}

/** A packet pointer with an offset that may be too large for any comparison to help. */
function withoutBound(context: RefusalContext): Judged | undefined {
  const { parsed, history, register } = context;
  if (parsed === undefined || !parsed.type.startsWith("pkt")) return undefined;
  const { min, max } = boundsOf(parsed);
  const added = history.find(({ kind, text }) => kind === "changed" && /^r\d+ \+= r\d+$/.test(text));
  const variable = parsed.attributes.has("umax") || parsed.attributes.has("var_off") || added !== undefined;
  if (!variable || added === undefined) return undefined;
  const isBounded = max !== undefined && max < MAX_PACKET_OFFSET && (min === undefined || min >= 0n);
  const old = max === undefined && !parsed.attributes.has("umax") && (parsed.attributes.get("id") ?? "0") === "0";
  if (isBounded || old) return undefined;
  const reason = `a number of up to ${max ?? "any size"} was added to the packet pointer in ${register}; with more than 65535 no comparison proves anything`;
  return { kind: "unbounded-offset", reason, culprit: { index: added.index } };
}

/**
 * "math between map_value pointer and register with unbounded min value": the index into a map's value can be negative.
 */
function negativeOffset(context: RefusalContext, plain: Judged): Judged {
  const type = context.matched.values.type ?? "";
  if (plain.kind === "unbounded-offset" && /map_value|map value|map's value/.test(type))
    return { ...plain, kind: "map-value-bounds" };
  return plain;
}

/** The register knows better than the message what kind of memory it is. */
function memoryOf({ value }: RefusalContext, plain: Judged): Judged {
  if (/^map_value/.test(value ?? "")) return { ...plain, kind: "map-value-bounds" };
  return /^pkt/.test(value ?? "") ? { ...plain, kind: "packet-bounds" } : plain;
}

/** Below the 512 bytes that a frame has, the stack is not too short for the access but too large as a whole. */
function belowStack({ matched }: RefusalContext, plain: Judged): Judged {
  const offset = Number(matched.values.off ?? 0);
  return offset < -512
    ? { ...plain, kind: "stack-limit", reason: `the stack would need ${-offset} bytes, and there are 512` }
    : plain;
}

/** Two messages that mean no more than that the map is none that the helper can work with. */
function wrongMap({ trace, index, matched }: RefusalContext): Judged | undefined {
  const callee = index === undefined ? undefined : trace.effect(index).callee;
  if (callee === "bpf_tail_call" && matched.text.includes("misconfigured")) {
    return { kind: "map-type", reason: "a tail call needs a BPF_MAP_TYPE_PROG_ARRAY" };
  }
  if (callee?.startsWith("bpf_map_") !== true || !matched.text.startsWith("invalid zero-sized")) return undefined;
  return { kind: "map-type", reason: `the map has no keys or values, so ${callee}() can't work with it` };
}

/** An object of a helper's that is passed by an address inside of it. */
function insideObject({ trace, index, matched, register }: RefusalContext): Judged | undefined {
  if (matched.values.name === "ctx" || index === undefined || trace.effect(index).call === "none") return undefined;
  const reason = `${register} points ${matched.values.off} bytes into its object, not to its first byte`;
  return { kind: "release-offset", reason };
}

/**
 * Blames the call that acquired what leaks: the message names the instruction, else it is the last call that acquires.
 */
function acquiredAt({
  trace,
  index,
  matched,
  messages,
}: RefusalContext): Pick<Judged, "culprit" | "reason"> | undefined {
  const named = matched.values.alloc ?? /alloc_insn=(\d+)/.exec(messages)?.[1];
  const at =
    named === undefined
      ? trace.lastBefore(index ?? 0, (effect) => acquires(effect.callee))
      : trace.lastBefore(trace.length, (_, step) => trace.log.path.pc(step) === Number(named));
  const pc = at === undefined ? Number(named ?? -1) : trace.log.path.pc(at);
  const callee = at === undefined ? undefined : trace.effect(at).callee;
  const end = /tail_call/.test(messages) ? "the tail call" : "the end of the program";
  const reason = `what ${callee === undefined ? `instruction ${pc}` : `${callee}()`} acquired is not released on the path to ${end}`;
  if (pc < 0) return undefined;
  return { culprit: at === undefined ? { pc } : { index: at }, reason };
}

/** Blames the call that opened a section which should have been closed; a call inside of one is itself the culprit. */
function sectionOf(context: RefusalContext, plain: Judged): Judged {
  const { trace, index, messages } = context;
  if (index === undefined || !(trace.effect(index).exit || /missing|reference leak|tail_call/.test(messages)))
    return plain;
  const at = trace.lastBefore(index, (effect) => opens(effect.callee, messages));
  return at === undefined ? plain : { ...plain, culprit: { index: at } };
}

/**
 * The jump back of the innermost loop that the path is in: of the last jumps back, the one that is taken most often.
 */
function loopOf({ trace, matched }: RefusalContext): Pick<Judged, "culprit"> | undefined {
  const counts = new Map<number, { times: number; index: number }>();
  const end = trace.length;
  for (let at = end - 2; at >= 0 && at > end - 100_000; at--) {
    const pc = trace.log.path.pc(at);
    const next = trace.log.path.pc(at + 1);
    if (next > pc || trace.effect(at).call !== "none" || trace.effect(at).exit) continue;
    if (trace.log.path.frame(at) !== trace.log.path.frame(at + 1)) continue;
    const known = counts.get(pc);
    if (known === undefined) counts.set(pc, { times: 1, index: at });
    else known.times += 1;
  }
  const most = [...counts.values()].sort((x, y) => y.times - x.times)[0];
  if (most === undefined) {
    const pc = matched.values.pc;
    return pc === undefined ? undefined : { culprit: { pc: Number(pc) } };
  }
  if (LOOP.test(trace.sourceOf(most.index)?.text ?? "")) return { culprit: { index: most.index } };
  return { culprit: { index: loopStatement(trace) ?? most.index } };
}

/** A statement that loops. */
const LOOP = /^(?:\} )?(?:for|while|do)\b|\bbpf_(?:for|repeat|for_each|loop)\b|^goto /;

/**
 * Compilers jump back from the last condition of a loop's body: the loop's own line is the one that the path meets
 * most.
 */
function loopStatement(trace: Trace): number | undefined {
  const counts = new Map<string, { times: number; index: number }>();
  for (let at = trace.length - 1; at >= 0 && at > trace.length - 5_000; at--) {
    const source = trace.instruction(trace.log.path.pc(at))?.source;
    if (source === undefined || !LOOP.test(source.text)) continue;
    const key = `${source.line}:${source.text}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { times: 1, index: at });
    else known.times += 1;
  }
  return [...counts.values()].sort((x, y) => y.times - x.times)[0]?.index;
}

/** Compilers let all returns share one exit: unless that is a return itself, the step that gave R0 its value tells. */
function resultOf({ history, trace, index, frame }: RefusalContext): Pick<Judged, "culprit"> | undefined {
  const set = history.find(({ kind }) => kind !== "compared");
  if (set === undefined || set.index < 0 || index === undefined) return undefined;
  const isReturn = /\breturn\b/.test(trace.sourceOf(index)?.text ?? "") && !/\breturn\b/.test(set.source?.text ?? "");
  return isReturn || trace.log.path.frame(set.index) !== frame ? undefined : { culprit: { index: set.index } };
}

/** The function on the path that uses most stack; of several the one that is called last. */
function largestFrame({ trace, matched }: RefusalContext): Pick<Judged, "culprit"> | undefined {
  if (matched.row.pattern.startsWith("invalid")) return undefined;
  const sizes = new Map<number, { size: number; frame: number; entry: number }>();
  let [entry, depth] = [0, 0];
  for (let at = 0; at < trace.length; at++) {
    const frame = trace.log.path.frame(at);
    if (frame > depth) entry = at;
    depth = frame;
    const memory = trace.effect(at).memory;
    const size = memory?.base === "R10" ? -memory.offset : 0;
    const known = sizes.get(frame);
    if (known === undefined) sizes.set(frame, { size, frame, entry });
    else if (size > known.size) sizes.set(frame, { ...known, size });
  }
  const largest = [...sizes.values()].sort((a, b) => b.size - a.size || b.frame - a.frame)[0];
  return largest === undefined ? undefined : { culprit: { index: largest.entry } };
}

/** A map that can't be used at all has no instruction; where one was looked up, that is the one. */
function mapWithLock({ trace, index, matched }: RefusalContext): Pick<Judged, "culprit"> | undefined {
  if (!matched.row.pattern.includes("yet")) return undefined;
  const at = trace.lastBefore((index ?? -1) + 1, (effect) => effect.callee?.startsWith("bpf_map_") === true);
  return at === undefined ? undefined : { culprit: { index: at } };
}
