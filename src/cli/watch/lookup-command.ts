import { viewOf } from "../../bytes.ts";
import { type Field, membersOf, wholeField } from "../../codec/access/field.ts";
import { hexByte } from "../../codec/bpftool/hex-lines.ts";
import { EbpfMapError } from "../../errors.ts";
import { type CellOptions, fieldText } from "../../output/rows/cells.ts";
import type { EntryTypes } from "../../query/fields/path.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { jsonFault } from "../../schema/file/json-fault.ts";
import type { Layout } from "../../schema/layout.ts";
import { shellWord } from "../args/shell-word.ts";
import { json } from "../args/values/json.ts";
import { keyBytesOf } from "../maps/json-key.ts";
import { type RowQuery, writtenKeyTypes } from "../rows/open-query.ts";

/** The types by which the keys of a map are shown and written, and the flags of `lookup` that make it write them so. */
export interface KeyWriting {
  readonly shown: Layout;
  readonly written: Layout;
  readonly flags: readonly string[];
}

/**
 * Returns how a key is written as it is shown; undefined for keys without a type. Ports are written in the order of
 * bytes of their type unless a flag says otherwise, which it does then.
 */
export async function keyWriting(
  map: MapSource,
  query: RowQuery,
  { key: shown, untyped }: EntryTypes,
): Promise<KeyWriting | undefined> {
  const { renderers } = query;
  if (shown === undefined || untyped !== undefined) return undefined;
  const { key: plain } = await writtenKeyTypes(map, query);
  if (plain === undefined) return undefined;
  if (renderers === "none") return { shown, written: plain, flags: ["--no-render"] };
  const ports = portPaths(wholeField("key", shown), wholeField("key", plain)).map((path) => `${path}=port`);
  const text = [...(renderers.asked === undefined ? [] : [renderers.asked.text]), ...ports].join(",");
  if (text === "") return { shown, written: plain, flags: [] };
  const asked = { option: "--render", text };
  const { key: written = plain } = await writtenKeyTypes(map, { ...query, renderers: { ...renderers, asked } });
  return { shown, written, flags: ["--render", text] };
}

/** The paths of fields that are shown as ports but not written so. */
function portPaths(shown: Field, written: Field): string[] {
  if (shown.layout.rendering === "port" && written.layout.rendering !== "port") return [shown.path];
  const others = membersOf(written);
  return membersOf(shown).flatMap((member, i) => portPaths(member, others[i] ?? member));
}

/**
 * Returns the command that looks up the entry of a key in the map that `words` name. The key is written as people read
 * it if that gives these bytes exactly, else as bytes.
 */
export function lookupCommand(
  words: string,
  key: Uint8Array,
  writing: KeyWriting | undefined,
  cells: CellOptions,
): string {
  const command = `ebpf-map lookup ${words}`;
  const readable = writing && readableKey(key, writing, cells);
  if (readable !== undefined)
    return [command, "--key", readable, ...(writing?.flags ?? [])]
      .map((word, i) => (i < 2 ? word : shellWord(word)))
      .join(" ");
  return `${command} key hex ${[...key].map(hexByte).join(" ")}`;
}

/** Returns the text for `--key` that gives these bytes, undefined if there is none. */
function readableKey(key: Uint8Array, { shown, written }: KeyWriting, cells: CellOptions): string | undefined {
  const fields = { shown: wholeField("key", shown), written: wholeField("key", written) };
  const only = onlyField(fields);
  const bare = only === undefined ? [] : [fieldText(only.shown, cells)(key, viewOf(key), 0)];
  const texts = [...bare.filter((text) => BARE.test(text)), keyJson(fields, key, cells)];
  return texts.find((text) => isSame(bytesOf(text, written, key.length), key));
}

/** A text that stands without quotes of JSON and of a shell. */
const BARE = /^[A-Za-z0-9:][\w.:/-]*$/;

/** A field of the key as it is shown and as it is written. */
interface FieldPair {
  readonly shown: Field;
  readonly written: Field;
}

/** Returns the field that is the whole key: of a struct with one field, that one. */
function onlyField(pair: FieldPair): FieldPair | undefined {
  const members = membersOfPair(pair);
  if (members === undefined) return pair;
  const [first, ...others] = members;
  return first === undefined || others.length > 0 ? undefined : onlyField(first.pair);
}

/** Returns the named members of a struct; undefined for what is written as one value. */
function membersOfPair({
  shown,
  written,
}: FieldPair): { readonly name: string; readonly pair: FieldPair }[] | undefined {
  if (shown.layout.kind !== "struct" || shown.layout.rendering !== undefined) return undefined;
  const others = membersOf(written);
  return membersOf(shown).map((member, i) => ({
    name: nameIn(shown, member),
    pair: { shown: member, written: others[i] ?? member },
  }));
}

/** Returns the last step of a member's path. */
function nameIn(record: Field, member: Field): string {
  const step = member.path.slice(record.path.length);
  return step.startsWith(".") ? step.slice(1) : String(JSON.parse(step.slice(1, -1)));
}

function keyJson(pair: FieldPair, key: Uint8Array, cells: CellOptions): string {
  const members = membersOfPair(pair);
  if (members === undefined) return valueJson(pair, key, cells);
  return `{${members.map(({ name, pair: one }) => `${JSON.stringify(name)}:${keyJson(one, key, cells)}`).join(",")}}`;
}

/** Returns one value: as it is shown if that gives its bytes, else the bytes. */
function valueJson({ shown, written }: FieldPair, key: Uint8Array, cells: CellOptions): string {
  const text = fieldText(shown, cells)(key, viewOf(key), 0);
  const { layout, bitOffset, bitfieldBits } = written;
  // The bytes of a bit-field are those of its neighbours, too: the key as a whole is compared in the end.
  if (bitfieldBits > 0) return text;
  const bytes = key.subarray(bitOffset / 8, bitOffset / 8 + layout.size);
  const found = [...(isJson(text) ? [text] : []), asciiJson(text)].find((one) =>
    isSame(bytesOf(one, layout, layout.size), bytes),
  );
  return found ?? `{"$hex":"${Buffer.from(bytes).toString("hex")}"}`;
}

function isJson(text: string): boolean {
  return jsonFault(text) === undefined;
}

/** Returns a text in JSON in which nothing looks like something else. */
function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Returns the bytes that `--key` makes of a text; undefined for a text that it refuses. */
function bytesOf(text: string, layout: Layout, size: number): Uint8Array | undefined {
  try {
    const given = JSON_VALUE.parse(text, "--key");
    return given === undefined ? undefined : keyBytesOf(given, layout, size);
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

const JSON_VALUE = json();

function isSame(made: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return made !== undefined && Buffer.compare(made, bytes) === 0;
}
