import { type Accessor, compileInteger, scalarKind } from "../../codec/access/accessor.ts";
import { elementOf, type Field, integerBits, membersOf, wholeField } from "../../codec/access/field.ts";
import { EbpfMapError } from "../../errors.ts";
import type { Query } from "../../query/query.ts";
import type { Layout } from "../../schema/layout.ts";
import { MAX_SLOTS, type Scale } from "./hist-scale.ts";

/** The location of a map's counts. */
export type HistSource =
  /** In arrays in the value, each a histogram. */
  | { readonly kind: "arrays"; readonly arrays: readonly SlotArray[] }
  /** In the value, with the slot in the key. Rows whose keys differ only in the slot are one histogram. */
  | {
      readonly kind: "keys";
      readonly slot: Accessor<number | bigint>;
      readonly count: Accessor<number | bigint>;
      readonly titles: readonly Field[];
      readonly slotField: Field;
      readonly countField: Field;
      /** The slot has one of the names that programs give it. */
      readonly isNamed: boolean;
    };

export interface SlotArray {
  readonly field: Field;
  readonly slots: readonly Accessor<number | bigint>[];
}

/** The most fields that are examined: global data may have thousands. */
const MAX_LOOKED_AT = 4096;
/** The most arrays that a message names. */
const NAMED = 4;

/**
 * Finds the counts of a query: the selected arrays; else the only array of integers anywhere in the value; else the
 * value, if it is a single integer, by the slot in the key. Throws QUERY_INVALID where there is none of these.
 */
export function findHistograms(query: Query, scale: Scale | undefined): HistSource {
  const value = wholeField("value", query.entryTypes.value);
  const chosen = (query.columns ?? []).flatMap(({ source }) =>
    source.kind === "field" && source.field.side === "value" ? [source.field] : [],
  );
  const arrays = chosen.filter(isSlots);
  if (arrays.length > 0) return { kind: "arrays", arrays: arrays.map(slotArray) };
  const [start = value] = chosen;
  const { found, isAll } = slotsIn(start);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0 && isAll) return { kind: "arrays", arrays: [slotArray(only)] };
  const bySlot = keyedCounts(query, start, scale);
  if (bySlot !== undefined) return bySlot;
  throw only !== undefined ? severalArrays(start, found) : noHistogram(start);
}

/** Returns the arrays of integers in a field. Arrays of bytes hold names and addresses, so they have to be selected. */
function slotsIn(field: Field): { found: readonly Field[]; isAll: boolean } {
  const found: Field[] = [];
  const waiting = [field];
  for (let looked = 0; waiting.length > 0 && looked < MAX_LOOKED_AT; looked++) {
    const next = waiting.shift() as Field;
    const { layout } = next;
    if (layout.kind === "array" && isRecord(layout.element)) {
      for (let i = 0; i < Math.min(layout.length, NAMED + 1); i++) waiting.push(elementOf(next, i) as Field);
    } else if (isSlots(next)) {
      if (layout.kind === "array" && layout.element.size > 1) found.push(next);
    } else waiting.push(...membersOf(next));
  }
  return { found, isAll: waiting.length === 0 };
}

function isRecord({ kind }: Layout): boolean {
  return kind === "struct" || kind === "union";
}

function isSlots({ layout }: Field): boolean {
  if (layout.kind !== "array" || layout.counted || layout.length === 0 || layout.length > MAX_SLOTS) return false;
  return layout.element.kind === "int" && !layout.element.isChar && layout.element.encoding !== "bool";
}

function slotArray(field: Field): SlotArray {
  const { layout } = field;
  const length = layout.kind === "array" ? layout.length : 0;
  const elements = Array.from({ length }, (_, i) => elementOf(field, i)).filter((one) => one !== undefined);
  return { field, slots: elements.map(compileInteger).filter((read) => read !== undefined) };
}

function keyedCounts({ entryTypes, shape }: Query, value: Field, scale: Scale | undefined): HistSource | undefined {
  const key = entryTypes.key && wholeField("key", entryTypes.key);
  if (key === undefined) return undefined;
  const isBpftrace = scale?.kind === "hist" || scale?.kind === "lhist";
  const slots = (isBpftrace ? bpftraceKey(key) : undefined) ?? integerKey(key);
  const counter = singleInteger(value) ?? (isBpftrace && shape.valueSize === 8 ? wordOf(value, 0) : undefined);
  const count = counter && compileInteger(counter);
  const slot = slots && compileInteger(slots.slot);
  if (slots === undefined || slot === undefined || counter === undefined || count === undefined) return undefined;
  const names = { slotField: slots.slot, countField: counter, isNamed: isSlotName(slots.slot) };
  return { kind: "keys", slot, count, titles: slots.titles, ...names };
}

interface SlotKey {
  readonly slot: Field;
  readonly titles: readonly Field[];
}

/** The names by which programs call a slot. A member with one of them is the slot wherever it stands in the key. */
const SLOT_NAMES = new Set(["slot", "bucket", "bin"]);

/**
 * Finds the slot in a key that is an integer, or a struct with integers: the only one that is named as slots are, else
 * the last member. The other members are the title.
 */
function integerKey(key: Field): SlotKey | undefined {
  if (scalarKind(key) === "integer") return { slot: key, titles: [] };
  if (key.layout.kind !== "struct") return undefined;
  const members = leavesOf(key);
  const named = members.filter((member) => integerBits(member) !== undefined && isSlotName(member));
  const slot = named.length === 1 ? named[0] : members.at(-1);
  if (slot === undefined || integerBits(slot) === undefined) return undefined;
  return { slot, titles: members.filter((member) => member !== slot) };
}

function isSlotName({ path }: Field): boolean {
  return SLOT_NAMES.has(path.slice(path.lastIndexOf(".") + 1));
}

/** The most members of a key that are examined, those of structs in it included. */
const MAX_KEY_MEMBERS = 256;

/** Returns the members of a struct, and in place of a struct in it the members of that. */
function leavesOf(record: Field): Field[] {
  const leaves: Field[] = [];
  const visit = (field: Field): void => {
    for (const member of membersOf(field)) {
      if (leaves.length >= MAX_KEY_MEMBERS) return;
      if (member.layout.kind === "struct") visit(member);
      else leaves.push(member);
    }
  };
  visit(record);
  return leaves;
}

/**
 * Finds the slot in a key of bytes, as bpftrace types it for hist() and lhist(): the user's key, then a u64, the
 * bucket.
 */
function bpftraceKey(key: Field): SlotKey | undefined {
  const { layout } = key;
  if (layout.kind !== "array" || layout.element.size !== 1 || layout.length < 8) return undefined;
  const length = layout.length - 8;
  const rest: Field = { ...key, layout: { ...layout, length, size: length } };
  return { slot: wordOf(key, length), titles: length === 0 ? [] : [rest] };
}

function wordOf(field: Field, at: number): Field {
  const common = { size: 8, typeName: "u64", tagged: false } as const;
  const layout: Layout = { kind: "int", encoding: "unsigned", bits: 64, bitOffset: 0, isChar: false, ...common };
  return { ...field, layout, bitOffset: field.bitOffset + at * 8, bitfieldBits: 0 };
}

function singleInteger(field: Field): Field | undefined {
  if (scalarKind(field) === "integer") return field;
  const members = membersOf(field);
  const [only] = members;
  return members.length === 1 && only !== undefined && integerBits(only) !== undefined ? only : undefined;
}

function severalArrays({ path }: Field, found: readonly Field[]): EbpfMapError {
  const named = found.slice(0, NAMED).map((one) => `\`${one.path}\``);
  const more = found.length > NAMED ? ", …" : "";
  return new EbpfMapError(
    "QUERY_INVALID",
    `-o hist: \`${path}\` has more than one array that may hold counters (${named.join(", ")}${more}): --select chooses`,
  );
}

function noHistogram({ path }: Field): EbpfMapError {
  const needs =
    "a value that is or has one array of integers, or keys that are or have a slot and values that are one integer";
  return new EbpfMapError("QUERY_INVALID", `-o hist needs ${needs} (--select chooses); \`${path}\` is neither`);
}
