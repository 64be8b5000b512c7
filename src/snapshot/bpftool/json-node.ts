import { textFromBytes } from "../../bytes.ts";
import { Malformed } from "../malformed.ts";
import { isSpace, MAX_DEPTH, stringEnd } from "./value-scan.ts";

/**
 * A value as bpftool printed it. Numbers stay text, so that none is rounded; members stay a list, since bpftool gives
 * all anonymous ones the same name.
 */
export type JsonNode =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [name: string, value: JsonNode])[] };

/** Reads one value, which has to be whole. Throws Malformed. */
export function readNode(bytes: Uint8Array, start: number, end: number): JsonNode {
  return new NodeReader(bytes, start, end).value(0);
}

/** The value of an object's first member of this name. */
export function jsonMember(node: JsonNode, name: string): JsonNode | undefined {
  return node.kind === "object" ? node.members.find(([one]) => one === name)?.[1] : undefined;
}

/** The text of a string between quotes, whose bytes may be escaped in bpftool's way. */
export function stringText(bytes: Uint8Array, start: number, end: number): string {
  const raw = textFromBytes(bytes.subarray(start, end));
  // `"""` and `"\"`: what stands between the outer quotes is no escape.
  if (raw === '"' || raw === "\\" || !raw.includes("\\")) return raw;
  return raw.replace(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (whole, code: string | undefined, one: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return ESCAPES.get(one ?? "") ?? whole;
    },
  );
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
  ["f", "\f"],
  ["b", "\b"],
  ["/", "/"],
  ["\\", "\\"],
  ['"', '"'],
]);

class NodeReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new Malformed(`it is nested more than ${MAX_DEPTH} levels deep`);
    switch (this.#next()) {
      case "{":
        return { kind: "object", members: this.#list("}", () => this.#member(depth)) };
      case "[":
        return { kind: "array", items: this.#list("]", () => this.value(depth + 1)) };
      case '"':
        return { kind: "string", text: this.#string() };
      default:
        return { kind: "word", text: this.#word() };
    }
  }

  #member(depth: number): readonly [string, JsonNode] {
    if (this.#next() !== '"') throw new Malformed("a member has no name");
    const name = this.#string();
    if (this.#next() !== ":") throw new Malformed(`no value follows the name "${name}"`);
    this.#at++;
    return [name, this.value(depth + 1)];
  }

  #list<T>(closer: "}" | "]", element: () => T): T[] {
    const elements: T[] = [];
    this.#at++;
    if (this.#next() === closer) {
      this.#at++;
      return elements;
    }
    for (;;) {
      elements.push(element());
      const next = this.#next();
      this.#at++;
      if (next === closer) return elements;
      if (next !== ",") throw new Malformed(`"," or "${closer}" is missing`);
    }
  }

  #string(): string {
    const start = this.#at;
    const end = stringEnd(this.#bytes, start, this.#end, true);
    if (end < 0) throw new Malformed("a string has no end");
    this.#at = end + 1;
    return stringText(this.#bytes, start + 1, end);
  }

  #word(): string {
    const start = this.#at;
    while (this.#at < this.#end && !/[\s,:{}[\]"]/.test(String.fromCharCode(this.#bytes[this.#at] as number)))
      this.#at++;
    if (this.#at === start) throw new Malformed("a value is missing");
    return Buffer.from(this.#bytes.subarray(start, this.#at)).toString("latin1");
  }

  /** The next character that is no white space; "" at the end. */
  #next(): string {
    while (this.#at < this.#end && isSpace(this.#bytes[this.#at] as number)) this.#at++;
    return this.#at < this.#end ? String.fromCharCode(this.#bytes[this.#at] as number) : "";
  }
}
