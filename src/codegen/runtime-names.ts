/** The functions that generated files import from `ebpf-map/runtime`. */
export const RUNTIME_FUNCTIONS: readonly string[] = [
  "bigBits",
  "boolWriter",
  "charText",
  "enumNames",
  "enumValue",
  "enumeratorWriter",
  "floatWriter",
  "integerWriter",
  "keyEncoder",
  "listWriter",
  "objectOf",
  "openGenerated",
  "openGeneratedStream",
  "putField",
  "readGlobals",
  "smallBits",
];

/** The types that they import. */
export const RUNTIME_TYPES: readonly string[] = [
  "EventStream",
  "FileHandle",
  "GeneratedCodec",
  "GeneratedOptions",
  "LiveHandle",
  "PerCpu",
  "PerfOptions",
  "Reader",
  "RingOptions",
  "TaggedEvent",
  "Writer",
];

/** The names that generated files declare and that are the same in each. */
export const OWN_NAMES: readonly string[] = [
  "fingerprint",
  "Key",
  "Value",
  "ValueSum",
  "ValueAvg",
  "ValueMin",
  "ValueMax",
  "decodeKey",
  "decodeValue",
  "encodeKey",
];

/** The parts of generated code that are neither comment nor text in quotes. */
function bareCode(code: string): string {
  return code.replace(/\/\*\*.*?\*\//gs, "").replace(/"(?:[^"\\]|\\.)*"/g, '""');
}

/** The import of what the code uses, and of nothing else: strict compilers refuse the rest. */
export function importCode(code: string): string {
  const bare = bareCode(code);
  const functions = RUNTIME_FUNCTIONS.filter((name) => new RegExp(`(?<![\\w$.])${name}[(<]`).test(bare));
  const types = RUNTIME_TYPES.filter((name) => new RegExp(`(?<![\\w$.])${name}\\b(?!:)`).test(bare));
  const names = [...types.map((name) => `type ${name}`), ...functions];
  return `import {\n${names.map((name) => `  ${name},\n`).join("")}} from "ebpf-map/runtime";\n`;
}
