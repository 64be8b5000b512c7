import type { SourceLine } from "../log/program-log.ts";
import { boundsOf } from "../log/state.ts";
import { KINDS, type KindName } from "../messages/kinds.ts";
import { filled } from "../messages/pattern.ts";
import type { Cure } from "../report.ts";
import { argumentsOf, assignedName, followedAt, isPlainText } from "./c-text.ts";
import { closingOf, releaseOf } from "./calls.ts";
import type { Judged, RefusalContext } from "./context.ts";

/** The facts that a cure is made from: the refusal, as judged, and the line that it is about. */
export interface CureSubject {
  readonly context: RefusalContext;
  readonly judged: Judged;
  readonly source: SourceLine | undefined;
  /** Counted from 0, where an object told it. */
  readonly column: number | undefined;
  /** The step of the culprit. */
  readonly index: number | undefined;
}

interface Advice {
  readonly text?: string;
  readonly code?: string | undefined;
  readonly where?: "before" | "elsewhere";
}

/** Kinds for which more can be said than the table does. */
const ADVICE: { readonly [name in KindName]?: (subject: CureSubject) => Advice | undefined } = {
  "packet-bounds": packetCheck,
  "packet-pointer-stale": packetAgain,
  "unbounded-offset": offsetCheck,
  "null-check": nullCheck,
  "map-value-bounds": valueCheck,
  "memory-bounds": memoryCheck,
  "stack-bounds": stackCheck,
  "stack-uninit": clearedVariable,
  "scalar-dereference": probeRead,
  "size-argument": sizeCheck,
  "reference-leak": releaseCall,
  "lock-held": unlockCall,
  "return-value": allowedValue,
};

/**
 * Tells how to change the program: as exact as the line of C allows, else what the table says of the message or its
 * kind.
 */
export function cureOf(subject: CureSubject): Cure {
  const { kind } = subject.judged;
  const { row, values } = subject.context.matched;
  const advice = ADVICE[kind]?.(subject);
  const fromRow = row.kind === kind ? row.cure : undefined;
  const text = advice?.text ?? (fromRow === undefined ? KINDS[kind].cure : filled(fromRow, values));
  const code = advice?.code ?? null;
  return { text, code, where: code === null ? null : (advice?.where ?? "before"), link: KINDS[kind].link };
}

/** Every line of C that the path came by. */
function sourcesOf({ context }: CureSubject): string[] {
  const texts = new Set<string>();
  for (const { source } of context.trace.log.instructions.values()) if (source !== undefined) texts.add(source.text);
  return [...texts];
}

/** The statement by which this program returns early: as it does elsewhere, else with 0. */
function earlyReturn(subject: CureSubject): string {
  const texts = sourcesOf(subject);
  const early = texts.map((text) => /^return (XDP_DROP|XDP_PASS|XDP_ABORTED|TC_ACT_\w+|SK_\w+|-?\d+);/.exec(text)?.[1]);
  const value =
    early.find((one) => one !== undefined) ??
    texts.map((text) => /\b(XDP_PASS|TC_ACT_OK|SK_PASS)\b/.exec(text)?.[1]).find(Boolean);
  return `return ${value ?? "0"};`;
}

/** The variable that holds data_end, by the line that reads it from the context. */
function endOfPacket(subject: CureSubject): string {
  for (const text of sourcesOf(subject)) {
    const name = /(\w+)\s*=[^=;]*->data_end\b/.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return sourcesOf(subject).some((text) => /\bdata_end\b/.test(text)) ? "data_end" : "(void *)(long)ctx->data_end";
}

function accessSize({ context }: CureSubject): number {
  const memory = context.index === undefined ? undefined : context.trace.effect(context.index).memory;
  return Number(context.matched.values.size ?? memory?.size ?? 1);
}

function packetCheck(subject: CureSubject): Advice | undefined {
  const { context, source, column } = subject;
  if (source === undefined) return undefined;
  const end = endOfPacket(subject);
  const last = `> ${end}) ${earlyReturn(subject)}`;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  if (callee !== undefined) {
    const pointer = argumentOf(source.text, callee, context.register);
    return pointer === undefined
      ? undefined
      : { code: `if ((void *)${bracketed(pointer)} + ${accessSize(subject)} ${last}` };
  }
  const followed = followedAt(source.text, column, namesOf(subject));
  if (followed === undefined) return undefined;
  const { name, member, index } = followed;
  if (member !== undefined) return { code: `if ((void *)(${name} + 1) ${last}` };
  if (index !== undefined) return { code: `if ((void *)(${name} + ${bracketed(index)} + 1) ${last}` };
  return { code: `if ((void *)${name} + ${accessSize(subject)} ${last}` };
}

function packetAgain(subject: CureSubject): Advice {
  const end = endOfPacket(subject);
  const context =
    sourcesOf(subject)
      .map((text) => /(\w+)->data\b/.exec(text)?.[1])
      .find(Boolean) ?? "ctx";
  const start =
    sourcesOf(subject)
      .map((text) => /(\w+)\s*=[^=;]*->data\b(?!_)/.exec(text)?.[1])
      .find(Boolean) ?? "data";
  const isName = isPlainText(end);
  const code = `${start} = (void *)(long)${context}->data;${isName ? ` ${end} = (void *)(long)${context}->data_end;` : ""}`;
  return {
    text: "Read the packet's start and end again after the call, set the pointer from them, and check the bounds again.",
    code,
  };
}

function offsetCheck({ context, judged, source }: CureSubject): Advice | undefined {
  if (!context.parsed?.type.startsWith("pkt") || source === undefined) return undefined;
  const added = /(?:\+=?|\+)\s*([\w>.-]+(?:->\w+)?)\s*[;)]/.exec(source.text)?.[1];
  if (added === undefined || judged.kind !== "unbounded-offset") return undefined;
  const text = "Bound the number before it is added, in a variable of its own, well below 65535 bytes.";
  return isPlainText(added)
    ? { text, code: `if (${added} > 1500) return 0;` }
    : { text, code: `__u32 offset = ${added}; if (offset > 1500) return 0;` };
}

/** Names that variables have which hold the value, by the lines of its history. */
function namesOf({ context }: CureSubject): string[] {
  const names = context.history.map(({ source }) => (source === undefined ? undefined : assignedName(source.text)));
  return [...new Set(names.filter((name) => name !== undefined))];
}

function nullCheck(subject: CureSubject): Advice | undefined {
  const { context, source, column } = subject;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  const passed =
    source === undefined || callee === undefined ? undefined : argumentOf(source.text, callee, context.register);
  const followed = source === undefined ? undefined : followedAt(source.text, column, namesOf(subject));
  const name = callee === undefined ? (followed?.name ?? namesOf(subject)[0]) : (passed ?? namesOf(subject)[0]);
  if (name === undefined) return undefined;
  if (!/^[\w>.-]+$/.test(name)) {
    return { text: "Keep the result in a variable, and compare it with NULL before it is used.", code: undefined };
  }
  return { text: `Check ${name} for NULL before it is used.`, code: `if (!${name}) ${earlyReturn(subject)}` };
}

/** The argument of a call that a register passes: R1 the first. */
function argumentOf(text: string, callee: string, register: string | undefined): string | undefined {
  const found = argumentsOf(text, callee);
  return register === undefined ? undefined : found?.[Number(register.slice(1)) - 1];
}

function bracketed(expression: string): string {
  return /^[\w>.-]+$/.test(expression) ? expression : `(${expression})`;
}

function valueCheck(subject: CureSubject): Advice | undefined {
  const { context, source, column } = subject;
  if (source === undefined) return undefined;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  if (callee !== undefined) return { text: passedSize(subject, callee) };
  const followed = followedAt(source.text, column, []);
  if (followed?.index === undefined || /^\d+$/.test(followed.index)) return { text: constantOffset(subject) };
  return indexCheck(subject, followed.name, followed.index);
}

/** An index is compared in a variable of its own: what is read twice from memory may be two different numbers. */
function indexCheck(subject: CureSubject, array: string, index: string): Advice {
  const count = `sizeof(${array}) / sizeof(${array}[0])`;
  const text = `Compare the index with the number of elements of ${array} before it is used; an unsigned type rules negative ones out.`;
  if (isPlainText(index)) return { text, code: `if ((unsigned)${index} >= ${count}) ${earlyReturn(subject)}` };
  return { text, code: `__u32 i = ${index}; if (i >= ${count}) ${earlyReturn(subject)}   /* and use i */` };
}

function passedSize({ context, source }: CureSubject, callee: string): string {
  const pointer = argumentOf(source?.text ?? "", callee, context.register);
  const { vs, ms, off, size } = context.matched.values;
  const room = Number(vs ?? ms) - Number(off);
  const what = pointer === undefined ? "the memory" : `${pointer}`;
  return room > 0
    ? `${callee}() gets ${size} bytes of ${what}, of which ${room} are there: pass a smaller length, or make it larger.`
    : `${callee}() gets ${size} bytes at offset ${off} of ${what}: keep offset and length together inside of it.`;
}

function constantOffset({ context }: CureSubject): string {
  const { vs, ms, off, size } = context.matched.values;
  const bytes = vs ?? ms;
  if (bytes === undefined) return KINDS["map-value-bounds"].cure;
  return `There are ${bytes} bytes, and this touches ${off} … ${Number(off) + Number(size) - 1}: use a type that fits, or make it at least ${Number(off) + Number(size)} bytes long.`;
}

function memoryCheck(subject: CureSubject): Advice | undefined {
  const { context } = subject;
  if (context.matched.values.ms === undefined) return undefined;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  return { text: callee === undefined ? constantOffset(subject) : passedSize(subject, callee) };
}

function stackCheck(subject: CureSubject): Advice | undefined {
  const { context, source, column } = subject;
  if (source === undefined) return undefined;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  if (callee !== undefined) {
    const buffer = argumentOf(source.text, callee, context.register);
    return buffer === undefined
      ? undefined
      : { text: `Give ${callee}() a length of at most sizeof(${buffer.replace(/^&/, "")}), bounded before the call.` };
  }
  const followed = followedAt(source.text, column, []);
  return followed?.index === undefined || /^\d+$/.test(followed.index)
    ? undefined
    : indexCheck(subject, followed.name, followed.index);
}

function clearedVariable(subject: CureSubject): Advice | undefined {
  const { context, source } = subject;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  if (source === undefined || callee === undefined) return undefined;
  const argument = argumentOf(source.text, callee, context.register);
  if (argument === undefined || !/^&?\w+$/.test(argument)) return undefined;
  const name = argument.replace(/^&/, "");
  return {
    text: `Clear all of ${name}, padding included, before its members are set.`,
    code: `__builtin_memset(&${name}, 0, sizeof(${name}));`,
    where: "elsewhere",
  };
}

function probeRead({ context, source, column }: CureSubject): Advice | undefined {
  if (source === undefined || context.parsed?.exact === 0n) return undefined;
  const followed = followedAt(source.text, column, []);
  if (followed === undefined) return undefined;
  const from = followed.member === undefined ? followed.name : `&${followed.name}->${followed.member}`;
  return {
    text: `Copy what is read to the stack first; bpf_probe_read_user() if ${followed.name} is an address of user space.`,
    code: `bpf_probe_read_kernel(&copy, sizeof(copy), ${from});`,
  };
}

function sizeCheck(subject: CureSubject): Advice | undefined {
  const { context, source } = subject;
  const callee = context.index === undefined ? undefined : context.trace.effect(context.index).callee;
  if (source === undefined || callee === undefined || context.register === undefined) return undefined;
  const length = argumentOf(source.text, callee, context.register);
  const before = `R${Number(context.register.slice(1)) - 1}`;
  const buffer = argumentOf(source.text, callee, before)?.replace(/^&/, "");
  if (length === undefined || !isPlainText(length)) return undefined;
  const conditions = [...sizeConditions(context, length, buffer)];
  return {
    text: `Bound ${length} from both sides before the call.`,
    code: `if (${conditions.join(" || ")}) ${earlyReturn(subject)}`,
  };
}

function* sizeConditions(
  { parsed, matched }: RefusalContext,
  length: string,
  buffer: string | undefined,
): Generator<string> {
  const { min, max } = parsed === undefined ? { min: undefined, max: undefined } : boundsOf(parsed);
  if (/zero-sized/.test(matched.text)) yield `${length} == 0`;
  else if (min === undefined || min < 0n) yield `${length} < 0`;
  if (max === undefined || max > 4096n)
    yield `${length} > ${buffer !== undefined && isPlainText(buffer) ? `sizeof(${buffer})` : "MAXIMUM"}`;
}

function releaseCall({ context, source, index }: CureSubject): Advice | undefined {
  const callee = index === undefined ? undefined : context.trace.effect(index).callee;
  if (callee === undefined) return undefined;
  const onStack = /_new$|_dynptr$/.test(callee);
  const argument = argumentsOf(source?.text ?? "", callee)?.find(
    (one) => one.startsWith("&") && !/^&(?:events|\w*map\w*)$/.test(one),
  );
  const name = onStack ? argument?.slice(1) : source === undefined ? undefined : assignedName(source.text);
  const release = releaseOf(callee, name ?? "it");
  const exit = context.index === undefined ? undefined : leaving(context);
  const where = exit === undefined || exit.line === 0 ? "each return that follows" : leavingText(exit);
  return { text: `Release it before ${where}.`, code: release, where: "elsewhere" };
}

function leavingText({ line, text }: SourceLine): string {
  return `leaving at line ${line}${text === "" ? "" : ` (${text})`}`;
}

/** The last line on the path that isn't the end of the function itself: the return that leaks. */
function leaving({ trace, index }: RefusalContext): SourceLine | undefined {
  for (let at = index ?? -1; at >= 0 && at > (index ?? 0) - 50; at--) {
    const source = trace.sourceOf(at);
    if (source !== undefined && source.text !== "}") return source;
  }
  return undefined;
}

function unlockCall({ context, source, index }: CureSubject): Advice | undefined {
  const callee = index === undefined ? undefined : context.trace.effect(index).callee;
  if (callee === undefined || index === context.index) return undefined;
  const argument = argumentsOf(source?.text ?? "", callee)?.[0];
  const exit = leaving(context);
  const where = exit === undefined || exit.line === 0 ? "each return that follows" : leavingText(exit);
  return {
    text: `End the section before ${where}.`,
    code: `${closingOf(callee)}(${argument ?? ""});`,
    where: "elsewhere",
  };
}

function allowedValue({ context }: CureSubject): Advice | undefined {
  const range = /should have been in (?:\[(-?\d+), (-?\d+)\]|\((0x[0-9a-f]+|\d+); (0x[0-9a-f]+|\d+)\)|(-?\w+))/.exec(
    context.messages,
  );
  if (range === null) return undefined;
  const [low, high] = [range[1] ?? range[3] ?? range[5], range[2]];
  if (high !== undefined && low !== high) return { text: `Return a number from ${low} to ${high} on each path.` };
  if (range[4] !== undefined)
    return { text: `Return ${low}, or a value with only the bits ${range[4]} set, on each path.` };
  return { text: `Return ${low} on each path.` };
}
