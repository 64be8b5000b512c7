import { layoutFingerprint } from "../schema/fingerprint.ts";
import type { Layout } from "../schema/layout.ts";
import { decodeFunction, encodeFunction } from "./declaration-code.ts";
import type { GeneratedMap } from "./generated.ts";
import { commentText, literal, type MapPart, type MapWords } from "./identifiers.ts";
import type { Names } from "./names.ts";
import { RUNTIME_VERSION } from "./runtime-version.ts";

/** An aggregate of per-CPU values: the option that asks for it, and the layout that comes out. */
export interface Aggregated {
  readonly how: "sum" | "avg" | "min" | "max";
  readonly layout: Layout;
}

/** A map with the aggregates of its values and the names that a file has for it. */
export interface NamedMap extends GeneratedMap {
  readonly aggregates: readonly Aggregated[];
  readonly words: MapWords;
}

/** The types of the parts of a map. */
export function partTypes(
  { key, value }: GeneratedMap,
  aggregates: readonly Aggregated[],
  names: Names,
): Partial<Record<MapPart, string>> {
  const found: Partial<Record<MapPart, string>> = {
    Key: key === undefined ? "Uint8Array" : names.type(key),
    Value: names.type(value),
  };
  for (const { how, layout } of aggregates) found[aggregatePart(how)] = names.type(layout);
  return found;
}

/**
 * Returns the code of a map that isn't a file's only one: the types of its parts, what a reader needs, and its
 * functions.
 */
export function mapCode(map: NamedMap, names: Names): string {
  const { words, key, value, perCpu, sizes } = map;
  const [keyType, valueType] = [words.type("Key"), words.type("Value")];
  const lines = [
    `runtime: ${RUNTIME_VERSION}`,
    `fingerprint: ${literal(layoutFingerprint(key, value))}`,
    `perCpu: ${perCpu}`,
    `decodeKey: ${key === undefined ? "undefined" : decodeFunction(key, names)}`,
    `encodeKey: ${key === undefined ? "undefined" : encodeFunction(key, keyType, names)}`,
    `decodeValue: ${decodeFunction(value, names)}`,
    ...(sizes === undefined ? [] : [`sizes: { key: ${sizes.key}, value: ${sizes.value} }`]),
  ];
  const codec = `const ${words.codec}: GeneratedCodec<${keyType}, ${valueType}> = {\n${lines.map((line) => `  ${line},\n`).join("")}};\n`;
  return [typeLines(map, names), codec, openingCode(map, words.codec ?? "")].join("\n");
}

/** Returns the code of a file's only map: the parts of a reader one by one, the types, and its functions. */
export function onlyMapCode(map: NamedMap, names: Names): string {
  const { key, value, perCpu } = map;
  const entryTypes = key === undefined ? "decodeKey: undefined, encodeKey: undefined" : "decodeKey, encodeKey";
  const codec = `{ runtime: ${RUNTIME_VERSION}, fingerprint, perCpu: ${perCpu}, ${entryTypes}, decodeValue }`;
  return [
    `/** Decodes the value at \`at\`; \`view\` must be a DataView of the same bytes. */`,
    `export const decodeValue = ${decodeFunction(value, names)};\n`,
    ...(key === undefined ? [] : keyCode(key, names)),
    `/** The fingerprint of the layout that a map must have for this file to read it. */\nexport const fingerprint = ${literal(layoutFingerprint(key, value))};\n`,
    typeLines(map, names),
    openingCode(map, codec),
  ].join("\n");
}

function keyCode(key: Layout, names: Names): string[] {
  return [
    `export const decodeKey = ${decodeFunction(key, names)};\n`,
    `/** The bytes of a key. Throws KEY_INVALID with the field that doesn't fit. */`,
    `export const encodeKey: (key: Key) => Uint8Array = ${encodeFunction(key, "Key", names)};\n`,
  ];
}

/** The types of keys and values by the map's names, where the types themselves are called otherwise. */
function typeLines(map: NamedMap, names: Names): string {
  const types = Object.entries(partTypes(map, map.aggregates, names)) as [MapPart, string][];
  const lines = types.map(([part, type]) => {
    const name = map.words.type(part);
    const comment = part === "Value" && map.perCpu ? "/** The value of one CPU. */\n" : "";
    return name === type ? "" : `${comment}export type ${name} = ${type};\n`;
  });
  return lines.join("");
}

/** The functions that open the map, and for global data the one that reads it. */
function openingCode(map: NamedMap, codec: string): string {
  const parts = [opener(map, codec), ...(map.value.kind === "section" ? [globalsReader(map, codec)] : [])];
  return parts.join("\n");
}

function opener({ words, perCpu, aggregates, sizes }: NamedMap, codec: string): string {
  const [key, value] = [words.type("Key"), words.type("Value")];
  const read = perCpu ? `${value}[]` : value;
  const overloads = [
    ...overload(words.open, [key, read], perCpu ? '"each"' : undefined, "?"),
    ...aggregates.flatMap(({ how }) => overload(words.open, [key, words.type(aggregatePart(how))], `"${how}"`, "")),
  ];
  // One signature must cover all of them.
  const [covering, how] = perCpu ? ["unknown", ", PerCpu"] : [read, ""];
  const each = perCpu ? " Values are those of all CPUs unless `perCpu` aggregates them." : "";
  const compared = sizes === undefined ? "for any other" : "for one of other sizes";
  return `/** Opens a map of this layout: one of the kernel at once, a snapshot file as a promise.${each} Throws SCHEMA_MISMATCH ${compared}. */
${overloads.join("")}export function ${words.open}(
  handle: LiveHandle | FileHandle,
  options: GeneratedOptions<${key}, ${covering}${how}> = {},
): Reader<${key}, ${covering}> | Promise<Reader<${key}, ${covering}>> {
${call(`openGenerated<${key}, ${value}, ${covering}>`, codec)}}
`;
}

/** The two signatures for values of one type: a live map is open at once, a file later. */
function overload(name: string, [key, value]: [string, string], how: string | undefined, optional: "?" | ""): string[] {
  const options = `options${optional}: GeneratedOptions<${key}, ${value}${how === undefined ? "" : `, ${how}`}>`;
  return [
    `export function ${name}(handle: LiveHandle, ${options}): Reader<${key}, ${value}>;\n`,
    `export function ${name}(handle: FileHandle, ${options}): Promise<Reader<${key}, ${value}>>;\n`,
  ];
}

function call(callee: string, codec: string): string {
  return `  return ${callee}(\n    ${codec},\n    handle,\n    options,\n  );\n`;
}

/** The function for all variables of a section: its map has a single entry, whose key says nothing. */
function globalsReader({ words, value }: NamedMap, codec: string): string {
  const [key, type] = [words.type("Key"), words.type("Value")];
  const options = `options?: GeneratedOptions<${key}, ${type}>`;
  return `/** Reads the variables of \`${commentText(value.typeName)}\`: those of the kernel at once, of a snapshot file as a promise. Throws as \`${words.open}\`. */
export function ${words.read}(handle: LiveHandle, ${options}): ${type};
export function ${words.read}(handle: FileHandle, ${options}): Promise<${type}>;
export function ${words.read}(
  handle: LiveHandle | FileHandle,
  options: GeneratedOptions<${key}, ${type}> = {},
): ${type} | Promise<${type}> {
  return readGlobals<${key}, ${type}>(
    ${codec},
    handle,
    options,
  );
}
`;
}

function aggregatePart(how: Aggregated["how"]): MapPart {
  const parts = { sum: "ValueSum", avg: "ValueAvg", min: "ValueMin", max: "ValueMax" } as const;
  return parts[how];
}
