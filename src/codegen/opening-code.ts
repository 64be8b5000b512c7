import { layoutFingerprint } from "../schema/fingerprint.ts";
import type { Layout } from "../schema/layout.ts";
import { type FileNames, literal } from "./identifiers.ts";
import type { Names } from "./names.ts";
import { RUNTIME_VERSION } from "./runtime-version.ts";

/** The map that a file is generated for. */
export interface Generated {
  /** The map's name, or that of its value's type: names the function that opens it. */
  readonly name: string;
  readonly key: Layout | undefined;
  readonly value: Layout;
  /** The map has a value for each CPU. */
  readonly perCpu: boolean;
}

/** An aggregate of per-CPU values: the option that asks for it, and the layout that comes out. */
export interface Aggregated {
  readonly how: "sum" | "avg" | "min" | "max";
  readonly layout: Layout;
}

/** The types of keys and values, the fingerprint, and the function that opens the map as a typed reader. */
export function openingCode(
  { name, key, value, perCpu }: Generated,
  aggregates: readonly Aggregated[],
  names: Names,
  file: FileNames,
): string {
  const types = [
    `export type Key = ${key === undefined ? "Uint8Array" : names.type(key)};\n`,
    `${perCpu ? "/** The value of one CPU. */\n" : ""}export type Value = ${names.type(value)};\n`,
    ...aggregates.map(({ how, layout }) => `export type ${aggregateType(how)} = ${names.type(layout)};\n`),
  ];
  return [
    `/** The fingerprint of the layout that a map must have for this file to read it. */\nexport const fingerprint = ${literal(layoutFingerprint(key, value))};\n`,
    types.join(""),
    opener(file.opener(name), { hasKey: key !== undefined, perCpu, aggregates }),
  ].join("\n");
}

function opener(
  name: string,
  { hasKey, perCpu, aggregates }: { hasKey: boolean; perCpu: boolean; aggregates: readonly Aggregated[] },
): string {
  const read = perCpu ? "Value[]" : "Value";
  const overloads = [
    ...overload(name, read, perCpu ? '"each"' : undefined, "?"),
    ...aggregates.flatMap(({ how }) => overload(name, aggregateType(how), `"${how}"`, "")),
  ];
  // One signature must cover all of them.
  const [covering, how] = perCpu ? ["unknown", ", PerCpu"] : [read, ""];
  const entryTypes = hasKey ? "decodeKey, encodeKey" : "decodeKey: undefined, encodeKey: undefined";
  const comment = perCpu
    ? "one of the kernel at once, a snapshot file as a promise. Values are those of all CPUs unless `perCpu` aggregates them."
    : "one of the kernel at once, a snapshot file as a promise.";
  return `/** Opens a map of this layout: ${comment} Throws SCHEMA_MISMATCH for any other. */
${overloads.join("")}export function ${name}(
  handle: LiveHandle | FileHandle,
  options: GeneratedOptions<Key, ${covering}${how}> = {},
): Reader<Key, ${covering}> | Promise<Reader<Key, ${covering}>> {
  return openGenerated<Key, Value, ${covering}>(
    { runtime: ${RUNTIME_VERSION}, fingerprint, perCpu: ${perCpu}, ${entryTypes}, decodeValue },
    handle,
    options,
  );
}
`;
}

/** The two signatures for values of one type: a live map is open at once, a file later. */
function overload(name: string, value: string, how: string | undefined, optional: "?" | ""): string[] {
  const options = `options${optional}: GeneratedOptions<Key, ${value}${how === undefined ? "" : `, ${how}`}>`;
  return [
    `export function ${name}(handle: LiveHandle, ${options}): Reader<Key, ${value}>;\n`,
    `export function ${name}(handle: FileHandle, ${options}): Promise<Reader<Key, ${value}>>;\n`,
  ];
}

function aggregateType(how: Aggregated["how"]): string {
  return `Value${how.charAt(0).toUpperCase()}${how.slice(1)}`;
}
