import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from "yaml";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { yamlContents } from "./yaml-contents.ts";

/** A value of a YAML file, and where it stands. */
export interface YamlValue {
  readonly node: unknown;
  /** In characters from the start of the file. */
  readonly offset: number;
}

/** A file of YAML that knows where its values stand, so that mistakes are named with line and column. */
export class YamlReader {
  readonly root: YamlValue;
  readonly #path: string;
  readonly #lines = new LineCounter();

  /** Throws FILE for what is no YAML. `path` is for messages. */
  constructor(text: string, path: string) {
    this.#path = path;
    const node = yamlContents(text, this.#lines, (offset, what) => this.mistake(offset, what));
    this.root = { node, offset: 0 };
  }

  /** `serve.yaml:3:5`. */
  place({ offset }: Pick<YamlValue, "offset">): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#path}:${line}:${col}`;
  }

  mistake(offset: number, what: string): EbpfMapError {
    const { line, col: column } = this.#lines.linePos(offset);
    return new EbpfMapError("FILE", `${this.place({ offset })}: ${what}`, { path: this.#path, line, column });
  }

  /** The members of a mapping, each with the place of its name. Throws FILE for one that isn't among `known`. */
  members(
    value: YamlValue,
    what: string,
    known?: readonly string[],
  ): Map<string, YamlValue & { readonly nameAt: number }> {
    if (!isMap(value.node)) throw this.mistake(value.offset, `${what} needs names with values (name: value)`);
    const members = new Map<string, YamlValue & { readonly nameAt: number }>();
    for (const { key, value: node } of value.node.items as Pair[]) {
      const nameAt = startOf(key) ?? value.offset;
      const name = isScalar(key) ? String(key.value) : undefined;
      if (name === undefined) throw this.mistake(nameAt, "a name is needed here");
      if (known !== undefined && !known.includes(name)) throw this.mistake(nameAt, unknownText(name, known));
      if (members.has(name)) throw this.mistake(nameAt, `\`${name}\` stands here twice`);
      const offset = startOf(node) ?? nameAt;
      if (isAlias(node)) throw this.mistake(offset, "aliases are not supported");
      members.set(name, { node, offset, nameAt });
    }
    return members;
  }

  items(value: YamlValue, what: string): YamlValue[] {
    if (!isSeq(value.node)) throw this.mistake(value.offset, `${what} needs a list (- …)`);
    return value.node.items.map((node) => ({ node, offset: startOf(node) ?? value.offset }));
  }

  /** Tells whether a value is a mapping, which some values may be in place of a text. */
  isMapping({ node }: YamlValue): boolean {
    return isMap(node);
  }

  /** A text; a number is taken as it is written. */
  text(value: YamlValue, what: string): string {
    const { node } = value;
    if (isScalar(node) && (typeof node.value === "string" || typeof node.value === "number")) {
      return typeof node.value === "number" ? (node.source ?? String(node.value)) : node.value;
    }
    throw this.mistake(value.offset, `${what} needs a text`);
  }

  integer(value: YamlValue, what: string, least: number, most: number): number {
    const { node } = value;
    const number = isScalar(node) ? node.value : undefined;
    if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) return number;
    throw this.mistake(value.offset, `${what} needs a whole number from ${least} to ${most}`);
  }

  flag(value: YamlValue, what: string): boolean {
    const { node } = value;
    if (isScalar(node) && typeof node.value === "boolean") return node.value;
    throw this.mistake(value.offset, `${what} is true or false`);
  }

  /** One of some words. */
  word<Word extends string>(value: YamlValue, what: string, words: readonly Word[]): Word {
    const text = this.text(value, what);
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const near = nearest(text, words);
    throw this.mistake(
      value.offset,
      `${what} is ${oneOf(words)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
}

/** So many words are named one by one. */
const NAMED = 12;

function oneOf(words: readonly string[]): string {
  return words.length <= NAMED ? words.join(", ") : `one of ${words.length} words`;
}

function unknownText(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  // A name unlike any of ours isn't quoted: the file may not be a configuration at all.
  return near === undefined
    ? `only ${known.join(", ")} can stand here`
    : `nothing is called \`${name}\` here; did you mean \`${near}\`?`;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
