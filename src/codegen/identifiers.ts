import { OWN_NAMES, RUNTIME_FUNCTIONS, RUNTIME_TYPES } from "./runtime-names.ts";

/** Words that TypeScript or JavaScript keeps for itself, and the types and values that every program sees. */
export const RESERVED: readonly string[] = [
  "abstract any as asserts async await bigint boolean break case catch class const constructor continue debugger declare",
  "default delete do else enum export extends false finally for from function get global if implements import in infer",
  "instanceof interface intrinsic is keyof let module namespace never new null number object of out override package",
  "private protected public readonly require return satisfies set static string super switch symbol this throw true try",
  "type typeof undefined unique unknown using var void while with yield accessor eval arguments",
  "AggregateError Array ArrayBuffer ArrayBufferView ArrayLike Atomics Awaited BigInt BigInt64Array BigUint64Array Boolean",
  "Buffer Capitalize ConcatArray Console ConstructorParameters DataView Date Disposable DisposableStack Error ErrorOptions",
  "EvalError Exclude Extract FinalizationRegistry Float32Array Float64Array Function Generator Infinity InstanceType",
  "Int16Array Int32Array Int8Array Intl IterableIterator Iterable Iterator IteratorResult JSON Lowercase Map Math NaN NoInfer",
  "NonNullable Number Object Omit OmitThisParameter Parameters Partial Pick Promise PromiseLike PropertyDescriptor",
  "PropertyKey Proxy RangeError ReadonlyArray ReadonlyMap ReadonlySet Readonly Record ReferenceError Reflect RegExp Required",
  "ReturnType Set SharedArrayBuffer String SuppressedError Symbol SyntaxError ThisParameterType ThisType TypeError TypedArray",
  "URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray Uncapitalize Uppercase WeakMap WeakRef WeakSet",
  "console exports globalThis isFinite isNaN parseFloat parseInt process self window document",
]
  .join(" ")
  .split(" ");

/**
 * The names that code has for a type: its own, and those of its decoder, its writer and the table of its enumerators.
 */
const DERIVED: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `decode${name}`,
  (name) => `put${name}`,
  (name) => `names${name}`,
];

/** Hands out names for one generated file, each only once; none is a word that the file or the language uses. */
export class FileNames {
  readonly #used = new Set<string>([...RESERVED, ...RUNTIME_FUNCTIONS, ...RUNTIME_TYPES, ...OWN_NAMES]);

  /** The name of a type: `struct conn_key` becomes `ConnKey`; a name that is taken gets a number. */
  type(cName: string): string {
    const pascal = pascalCase(cName.replace(/^(struct|union|enum) /, ""), "Type");
    return this.#take(safeStart(pascal), DERIVED);
  }

  /** The words of the only map of a file: `openConns`, `Key`, `decodeKey`. */
  onlyMap(mapName: string): MapWords {
    const name = this.#take(pascalCase(mapName, "Map"), OPENERS);
    return { ...openers(name), type: (part) => part, codec: undefined };
  }

  /**
   * The words of one of several maps: `openConns`, `ConnsKey`, `codecConns`. `types` are those of its parts, which may
   * have the name already that the part is to have: a `struct conns_key` that is the key of `conns`.
   */
  map(mapName: string, types: Readonly<Partial<Record<MapPart, string>>>): MapWords {
    const parts = Object.keys(types) as MapPart[];
    const named = (part: MapPart) => (name: string) => `${name}${part}`;
    const derived = [...OPENERS, (name: string) => `codec${name}`, ...parts.map(named)];
    const isOwn = (word: string): boolean => parts.some((part) => types[part] === word && word.endsWith(part));
    const name = this.#take(safeStart(pascalCase(mapName, "Map")), derived, isOwn);
    return { ...openers(name), type: (part) => named(part)(name), codec: `codec${name}` };
  }

  /** The words of a stream of events: `openEventsStream`, `EventsEvent`. */
  stream(mapName: string): StreamWords {
    const wanted = safeStart(pascalCase(mapName, "Map"));
    const name = this.#take(wanted, [(one) => `open${one}Stream`, (one) => `${one}Event`, (one) => `${one}Types`]);
    return { open: `open${name}Stream`, event: `${name}Event`, types: `${name}Types` };
  }

  /** The name of the constant that holds the layout of a type: `layoutEvent`. */
  layout(cName: string): string {
    const pascal = pascalCase(cName.replace(/^(struct|union|enum) /, ""), "Type").slice(0, 40);
    return `layout${this.#take(pascal, [(name) => `layout${name}`])}`;
  }

  #take(
    wanted: string,
    derived: readonly ((name: string) => string)[],
    isOwn: (word: string) => boolean = () => false,
  ): string {
    const base = wanted.slice(0, 80);
    let name = base;
    const isTaken = (of: (name: string) => string): boolean => this.#used.has(of(name)) && !isOwn(of(name));
    for (let i = 2; derived.some(isTaken); i++) name = `${base}${i}`;
    for (const of of derived) this.#used.add(of(name));
    return name;
  }
}

/** The types that a file has for a map. */
export type MapPart = "Key" | "Value" | "ValueSum" | "ValueAvg" | "ValueMin" | "ValueMax";

/** The names that a file has for a map. */
export interface MapWords {
  readonly open: string;
  /** The function that reads a section of global data. */
  readonly read: string;
  readonly type: (part: MapPart) => string;
  /** The constant that holds what a reader needs; undefined where the parts are exported one by one. */
  readonly codec: string | undefined;
}

/** The names that a file has for a stream: the function that opens it, its events, and the types to choose from. */
export interface StreamWords {
  readonly open: string;
  readonly event: string;
  readonly types: string;
}

const OPENERS: readonly ((name: string) => string)[] = [(name) => `open${name}`, (name) => `read${name}`];

function openers(name: string): Pick<MapWords, "open" | "read"> {
  return { open: `open${name}`, read: `read${name}` };
}

/** A name that may stand alone: no digit begins it. */
function safeStart(pascal: string): string {
  return /^\d/.test(pascal) ? `T${pascal}` : pascal;
}

/** The letters and digits of a name, each word with a capital: `conn_key` becomes `ConnKey`. */
function pascalCase(name: string, otherwise: string): string {
  const words = name.match(/[A-Za-z0-9]+/g) ?? [otherwise];
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

/** A property's name as code has it: as it is where that is plain, else quoted. */
export function propertyName(name: string): string {
  // An object literal takes this one for its prototype unless it is computed.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** A string as code, whatever it is made of: every character but printable ASCII is escaped. */
export function literal(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text for inside of a comment: nothing in it ends the comment or the line. */
export function commentText(text: string): string {
  return text.replace(/[^ -~]/g, "?").replaceAll("*/", "* /");
}
