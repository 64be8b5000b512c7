import type { ArrayLayout, EnumLayout, Layout, RecordLayout, SectionLayout } from "./layout.ts";
import { type NamedField, namedFields } from "./named-fields.ts";

/** A difference between a map's layout and the one that was declared. */
export interface Finding {
  /**
   * Breaking: what the program reads is not what the map has. Additive: the map has more, which the program ignores.
   */
  readonly severity: "breaking" | "additive";
  /** The kind of difference. */
  readonly change:
    | "missing"
    | "extra"
    | "renamed"
    | "offset"
    | "width"
    | "signedness"
    | "kind"
    | "length"
    | "enum"
    | "size";
  /** The path of the field: `value.bytes`. */
  readonly path: string;
  /** The program's declaration, as text: `u64 at 8`. */
  readonly declared: string;
  /** The map's counterpart, as text. */
  readonly actual: string;
  /** The finding in words: `value.bytes: declared u64 at 8, map has u32 at 8 (struct conn_val)`. */
  readonly message: string;
}

/** More differences than these are not looked for: the layouts have nothing in common. */
const MAX_FINDINGS = 1000;
/** The most types that are compared, since a hostile layout shares types without end. */
const MAX_STEPS = 50_000;

/**
 * Compares what a program declares with what a map has, field by field by their names, `side` being "key" or "value".
 * In a key everything is breaking, since a lookup needs all of its bytes. No findings: both decode alike. The names of
 * types don't matter.
 */
export function compareLayouts(declared: Layout, actual: Layout, side: "key" | "value"): Finding[] {
  const comparison = new Comparison(side === "key");
  comparison.sizes(declared, actual, side);
  comparison.types(declared, actual, side);
  return comparison.findings;
}

class Comparison {
  readonly findings: Finding[] = [];
  readonly #strict: boolean;
  #left = MAX_STEPS;

  constructor(strict: boolean) {
    this.#strict = strict;
  }

  sizes(declared: Layout, actual: Layout, path: string): void {
    if (declared.size === actual.size) return;
    const severity = actual.size > declared.size ? "additive" : "breaking";
    this.#add(severity, "size", path, `${declared.size} bytes`, `${actual.size} bytes`);
  }

  types(declared: Layout, actual: Layout, path: string): void {
    this.#left--;
    if (declared === actual || this.#left < 0) return;
    if (isRecord(declared) && isRecord(actual)) this.#records(declared, actual, path);
    else if (declared.kind !== actual.kind) this.#add("breaking", "kind", path, spelled(declared), spelled(actual));
    else if (declared.kind === "array") this.#arrays(declared, actual as ArrayLayout, path);
    else if (declared.kind === "enum") this.#enums(declared, actual as EnumLayout, path);
    else this.#scalars(declared, actual, path);
  }

  #records(declared: RecordLayout | SectionLayout, actual: RecordLayout | SectionLayout, path: string): void {
    const ours = namedFields(declared);
    const theirs = new Map(namedFields(actual).map((field) => [field.name, field]));
    const names = new Set(ours.map(({ name }) => name));
    const extra = new Map([...theirs].filter(([name]) => !names.has(name)));
    for (const field of ours) {
      const at = `${path}.${field.name}`;
      const other = theirs.get(field.name);
      if (other !== undefined) this.#fields(field, other, at, actual);
      else this.#missing(field, extra, at, actual);
    }
    for (const [name, field] of extra) {
      this.#add("additive", "extra", `${path}.${name}`, "nothing", placed(field), actual);
    }
  }

  #missing(field: NamedField, extra: Map<string, NamedField>, path: string, record: Layout): void {
    const [renamed] = [...extra.values()].filter(
      (other) => spelled(other.layout) === spelled(field.layout) && other.bitOffset === field.bitOffset,
    );
    if (renamed !== undefined) extra.delete(renamed.name);
    const actual = renamed === undefined ? "nothing" : `${renamed.name}: ${placed(renamed)}`;
    this.#add("breaking", renamed === undefined ? "missing" : "renamed", path, placed(field), actual, record);
  }

  #fields(declared: NamedField, actual: NamedField, path: string, record: Layout): void {
    const [ours, theirs] = [placed(declared), placed(actual)];
    if (declared.bitOffset !== actual.bitOffset) this.#add("breaking", "offset", path, ours, theirs, record);
    if (declared.bitfieldBits !== actual.bitfieldBits) this.#add("breaking", "width", path, ours, theirs, record);
    else if (
      declared.layout.kind === actual.layout.kind &&
      declared.layout.size !== actual.layout.size &&
      isScalar(declared.layout)
    ) {
      this.#add("breaking", "width", path, ours, theirs, record);
    } else this.types(declared.layout, actual.layout, path);
  }

  #arrays(declared: ArrayLayout, actual: ArrayLayout, path: string): void {
    if (declared.length !== actual.length) {
      this.#add("breaking", "length", path, `${declared.length} elements`, `${actual.length} elements`);
    }
    if (declared.element.size !== actual.element.size && isScalar(declared.element)) {
      this.#add("breaking", "width", `${path}[]`, spelled(declared.element), spelled(actual.element));
    } else this.types(declared.element, actual.element, `${path}[]`);
  }

  #enums(declared: EnumLayout, actual: EnumLayout, path: string): void {
    this.#scalars(declared, actual, path);
    const theirs = new Map(actual.values.map(({ name, value }) => [name, value]));
    for (const { name, value } of declared.values) {
      const other = theirs.get(name);
      theirs.delete(name);
      if (other === value) continue;
      this.#add(
        "breaking",
        "enum",
        path,
        `${name} = ${value}`,
        other === undefined ? `no ${name}` : `${name} = ${other}`,
      );
    }
    for (const [name, value] of theirs) this.#add("additive", "enum", path, `no ${name}`, `${name} = ${value}`);
  }

  #scalars(declared: Layout, actual: Layout, path: string): void {
    if (declared.size !== actual.size || usedBits(declared) !== usedBits(actual)) {
      this.#add("breaking", "width", path, spelled(declared), spelled(actual));
    } else if (nature(declared) !== nature(actual)) {
      this.#add("breaking", "kind", path, spelled(declared), spelled(actual));
    } else if (isSigned(declared) !== isSigned(actual)) {
      this.#add("breaking", "signedness", path, signedness(declared), signedness(actual));
    }
  }

  #add(
    severity: Finding["severity"],
    change: Finding["change"],
    path: string,
    declared: string,
    actual: string,
    record?: Layout,
  ): void {
    if (this.findings.length >= MAX_FINDINGS) return;
    const where = record?.typeName ? ` (${record.typeName})` : "";
    const message = `${path}: declared ${declared}, map has ${actual}${where}`;
    this.findings.push({ severity: this.#strict ? "breaking" : severity, change, path, declared, actual, message });
  }
}

function isRecord(layout: Layout): layout is RecordLayout | SectionLayout {
  return layout.kind === "struct" || layout.kind === "union" || layout.kind === "section";
}

function isScalar({ kind }: Layout): boolean {
  return kind === "int" || kind === "float" || kind === "enum" || kind === "pointer";
}

function usedBits(layout: Layout): string {
  return layout.kind === "int" ? `${layout.bitOffset}+${layout.bits}` : "";
}

/** The kind of value that an integer is in a program: a number, a boolean or a character. */
function nature(layout: Layout): string {
  if (layout.kind !== "int") return layout.kind;
  return layout.encoding === "bool" ? "bool" : layout.isChar ? "char" : "number";
}

function isSigned(layout: Layout): boolean {
  return (layout.kind === "int" && layout.encoding === "signed") || (layout.kind === "enum" && layout.signed);
}

function signedness(layout: Layout): string {
  return `${isSigned(layout) ? "signed" : "unsigned"} ${spelled(layout)}`;
}

function spelled(layout: Layout): string {
  return layout.typeName || `${layout.kind} of ${layout.size} bytes`;
}

function placed({ bitOffset, bitfieldBits, layout }: NamedField): string {
  if (bitfieldBits > 0) return `${spelled(layout)} : ${bitfieldBits} at bit ${bitOffset}`;
  return bitOffset % 8 === 0 ? `${spelled(layout)} at ${bitOffset / 8}` : `${spelled(layout)} at bit ${bitOffset}`;
}
