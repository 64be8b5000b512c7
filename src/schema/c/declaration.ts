import { knownTypedef, LANGUAGE_WORDS, languageType } from "../../btf/c/basic-types.ts";
import { type Attributes, type DeclaredMember, placeMembers } from "../../btf/c/place-members.ts";
import { alignOf, sizeOf } from "../../btf/resolve.ts";
import type { BtfType } from "../../btf/types.ts";
import { EbpfMapError } from "../../errors.ts";
import { onlyTagged, typeIdByName, typeSuggestion } from "../type-by-name.ts";
import type { TypeTable } from "../type-table.ts";
import { enumType } from "./enum-type.ts";
import { declarationError, type Token, tokens } from "./lexer.ts";

/** The deepest nesting of records and declarators: as much as a Layout takes. */
const MAX_DEPTH = 32;
/** The keywords of types that have tags. */
const TAGS = ["struct", "union", "enum"] as const;
/** The largest number of bytes that a declared type may have. */
const MAX_SIZE = 0xffff_ffff;

/**
 * Reads a C type: a basic type, one by its name (of stdint, the kernel, or the table's BTF), or a struct, union or enum
 * with its members; definitions that it needs may stand before it, each with a semicolon. A name that is not C can be
 * the whole text, `Stat<u64>`, or stand in quotes: `"Stat<u64>"[4]`. Adds the type to the table and returns its id.
 * Layout is that of clang for BPF. Throws TYPE_INVALID with the column of anything that can't be read.
 */
export function declareType(table: TypeTable, text: string): number {
  const { base } = table;
  if (base === undefined || /^[\w\s]*$/.test(text)) return new Parser(table, text).type();
  const named = typeIdByName(base, text);
  if (named !== undefined) return named;
  try {
    return new Parser(table, text).type();
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code !== "TYPE_INVALID" || /[;{"]/.test(text)) throw error;
    const near = typeSuggestion(base, text);
    throw near === ""
      ? error
      : new EbpfMapError("TYPE_INVALID", `there is no type '${text}'${near}`, error.details, error);
  }
}

class Parser {
  readonly #table: TypeTable;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #tags = new Map<string, number>();
  /** Alignments that can't be seen from the type: of 128 bits, or by attribute. */
  readonly #aligns = new Map<number, number>();
  #at = 0;
  #depth = 0;

  constructor(table: TypeTable, text: string) {
    this.#table = table;
    this.#text = text;
    this.#tokens = tokens(text);
  }

  /** Reads all of the text; the last declaration is the type that is meant. */
  type(): number {
    for (;;) {
      const { type, name } = this.#declarator(this.#specifier());
      if (name !== "")
        throw this.#error(
          "a type is wanted here, not a variable of it (leave out the name)",
          this.#tokens[this.#at - 1],
        );
      this.#take(";");
      if (this.#token.kind === "end") return type;
      if (this.#tokens[this.#at - 1]?.text !== ";") throw this.#unexpected("';' or the end");
    }
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Reads what stands before the names in a declaration: `const struct conn_key`. */
  #specifier(): number {
    this.#qualifiers();
    const { kind, text } = this.#token;
    if (kind === "quoted") return this.#typeName();
    if (kind !== "name") throw this.#unexpected("a type");
    if (text === "struct" || text === "union") return this.#record(text);
    if (text === "enum") return this.#enum();
    return LANGUAGE_WORDS.has(text) ? this.#languageType() : this.#typeName();
  }

  #languageType(): number {
    const first = this.#token;
    const words: string[] = [];
    while (this.#token.kind === "name" && (LANGUAGE_WORDS.has(this.#token.text) || isQualifier(this.#token.text))) {
      if (LANGUAGE_WORDS.has(this.#token.text)) words.push(this.#token.text);
      this.#at++;
    }
    const type = languageType(words);
    if (type === undefined) throw this.#error(`there is no type '${words.join(" ")}'`, first);
    return this.#add(type);
  }

  #typeName(): number {
    const token = this.#token;
    this.#at++;
    this.#qualifiers();
    if (token.text === "void") return 0;
    const fromBtf = this.#byName(token.text, ["typedef", "int", "float"]);
    if (fromBtf !== undefined) return fromBtf;
    const known = knownTypedef(token.text);
    if (known !== undefined) return this.#table.add({ kind: "typedef", name: token.text, type: this.#add(known) });
    const tagged = this.#taggedName(token);
    if (tagged !== undefined) return tagged;
    throw this.#error(`there is no type '${token.text}'${this.#cure(token.text)}`, token);
  }

  /** The struct, union or enum of this name, declared before or in the BTF, where only one of them has it. */
  #taggedName(token: Token): number | undefined {
    const own = TAGS.flatMap((keyword) => this.#tags.get(`${keyword} ${token.text}`) ?? []);
    if (own.length === 1) return own[0];
    const { base } = this.#table;
    return base === undefined ? undefined : onlyTagged(base, token.text);
  }

  /** Brackets with how to get a type that isn't there. */
  #cure(name: string): string {
    const { base } = this.#table;
    return base === undefined ? " (--btf FILE brings in its types)" : typeSuggestion(base, name);
  }

  #record(kind: "struct" | "union"): number {
    this.#at++;
    const before = this.#attributes();
    const tag = this.#takeTag();
    if (!this.#take("{")) return this.#tagged(kind, tag);
    this.#enter();
    const members: DeclaredMember[] = [];
    while (!this.#take("}")) this.#members(members);
    this.#depth--;
    const after = this.#attributes();
    const whole = { packed: before.packed || after.packed, aligned: Math.max(before.aligned, after.aligned) };
    const { members: placed, size, align } = placeMembers(members, kind === "union", whole);
    if (size > MAX_SIZE) throw this.#error(`the ${kind} has ${size} bytes: too large`);
    const id = this.#table.add({ kind, name: tag, size, members: placed });
    this.#aligns.set(id, align);
    this.#qualifiers();
    return this.#define(kind, tag, id);
  }

  /** One line of a record: `u32 a, b[2], *c : 3;`. */
  #members(into: DeclaredMember[]): void {
    if (this.#token.kind === "end") throw this.#unexpected("'}'");
    const type = this.#specifier();
    if (this.#token.text === ";") into.push(this.#anonymousMember(type));
    else {
      do into.push(this.#member(type));
      while (this.#take(","));
    }
    this.#expect(";");
  }

  #anonymousMember(type: number): DeclaredMember {
    const { kind } = this.#table.type(type);
    if (kind !== "struct" && kind !== "union") throw this.#unexpected("a name");
    return this.#declared("", type, undefined, { packed: false, aligned: 1 });
  }

  #member(base: number): DeclaredMember {
    const { type, name } = this.#declarator(base);
    const bits = this.#take(":") ? this.#bits(type, name) : undefined;
    if (name === "" && bits === undefined) throw this.#unexpected("a name");
    return this.#declared(name, type, bits, this.#attributes());
  }

  #declared(name: string, type: number, bits: number | undefined, attributes: Attributes): DeclaredMember {
    return { name, type, size: this.#size(type), align: this.#align(type), bits, attributes };
  }

  #bits(type: number, name: string): number {
    const token = this.#token;
    const width = this.#number();
    const size = this.#size(type);
    const target = this.#resolved(type);
    if (target.kind !== "int" && target.kind !== "enum" && target.kind !== "enum64") {
      throw this.#error("only integers and enums have bit-fields", token);
    }
    if (width > size * 8 || (width === 0 && name !== ""))
      throw this.#error(`a bit-field of ${width} bits in ${size} bytes`, token);
    return width;
  }

  #enum(): number {
    this.#at++;
    const before = this.#attributes();
    const tag = this.#takeTag();
    if (!this.#take("{")) return this.#tagged("enum", tag);
    const values: { name: string; value: bigint }[] = [];
    while (!this.#take("}")) {
      values.push(this.#enumerator(values.at(-1)?.value ?? -1n));
      if (!this.#take(",") && this.#token.text !== "}") throw this.#unexpected("',' or '}'");
    }
    const packed = this.#attributes().packed || before.packed;
    this.#qualifiers();
    return this.#define("enum", tag, this.#table.add(enumType(tag, values, packed)));
  }

  #enumerator(last: bigint): { name: string; value: bigint } {
    const name = this.#takeName();
    if (name === "") throw this.#unexpected("an enumerator");
    if (!this.#take("=")) return { name, value: last + 1n };
    const negative = this.#take("-");
    const token = this.#token;
    const value = BigInt(this.#digits());
    if (value >= 2n ** (negative ? 63n : 64n)) throw this.#error("the value is past 64 bits", token);
    return { name, value: negative ? -value : value };
  }

  /** Pointers, the name and the lengths of arrays: `*name[2][3]`. */
  #declarator(base: number): { type: number; name: string } {
    let type = base;
    while (this.#take("*")) {
      type = this.#table.add({ kind: "ptr", type });
      this.#qualifiers();
    }
    if (this.#token.text === "(")
      throw this.#error("functions and pointers to functions can't be declared here (void * has the same size)");
    const name = this.#takeName();
    const lengths: number[] = [];
    while (this.#take("[")) {
      lengths.push(this.#token.text === "]" ? 0 : this.#number());
      this.#expect("]");
    }
    for (const nelems of lengths.reverse()) type = this.#array(type, nelems);
    return { type, name };
  }

  #array(element: number, nelems: number): number {
    const bytes = this.#size(element) * nelems;
    if (bytes > MAX_SIZE) throw this.#error(`the array has ${bytes} bytes: too large`);
    const id = this.#table.add({ kind: "array", type: element, indexType: 0, nelems });
    this.#aligns.set(id, this.#align(element));
    return id;
  }

  #attributes(): Attributes {
    let packed = false;
    let aligned = 1;
    for (;;) {
      this.#qualifiers();
      if (this.#take("__packed")) packed = true;
      else if (this.#take("__aligned")) aligned = Math.max(aligned, this.#alignment());
      else if (this.#take("__attribute__")) {
        this.#expect("(");
        this.#expect("(");
        do {
          if (this.#take("packed") || this.#take("__packed__")) packed = true;
          else if (this.#take("aligned") || this.#take("__aligned__")) aligned = Math.max(aligned, this.#alignment());
          else throw this.#unexpected("packed or aligned");
        } while (this.#take(","));
        this.#expect(")");
        this.#expect(")");
      } else return { packed, aligned };
    }
  }

  #alignment(): number {
    if (this.#token.text !== "(") return 16;
    this.#expect("(");
    const token = this.#token;
    const bytes = this.#number();
    if (bytes < 1 || bytes > 4096 || (bytes & (bytes - 1)) !== 0) throw this.#error(`${bytes} is no alignment`, token);
    this.#expect(")");
    return bytes;
  }

  #tagged(kind: "struct" | "union" | "enum", tag: string): number {
    if (tag === "") throw this.#unexpected("a name or '{'");
    const known = this.#tags.get(`${kind} ${tag}`) ?? this.#byName(tag, kind === "enum" ? ["enum", "enum64"] : [kind]);
    if (known === undefined) {
      const near = this.#table.base === undefined ? "" : typeSuggestion(this.#table.base, `${kind} ${tag}`);
      throw this.#error(`there is no ${kind} ${tag}${near}`, this.#tokens[this.#at - 1]);
    }
    this.#qualifiers();
    return known;
  }

  #define(kind: string, tag: string, id: number): number {
    if (tag !== "") this.#tags.set(`${kind} ${tag}`, id);
    return id;
  }

  #byName(name: string, kinds: readonly BtfType["kind"][]): number | undefined {
    return this.#table.base?.idsByName(name).find((id) => kinds.includes(this.#table.type(id).kind));
  }

  #add(type: BtfType): number {
    const id = this.#table.add(type);
    if (type.kind === "int") this.#aligns.set(id, type.size);
    return id;
  }

  #size(type: number): number {
    const kind = this.#resolved(type).kind;
    if (kind === "void" || kind === "fwd")
      throw this.#error(`${kind === "void" ? "void" : "a forward declaration"} has no size`);
    return sizeOf(this.#table, type);
  }

  #align(type: number): number {
    const known = this.#aligns.get(type);
    if (known !== undefined) return known;
    const declared = this.#table.type(type);
    return declared.kind === "typedef" ? this.#align(declared.type) : alignOf(this.#table, type);
  }

  #resolved(type: number): BtfType {
    let found = this.#table.type(type);
    for (
      let steps = 0;
      steps < MAX_DEPTH && (found.kind === "typedef" || found.kind === "const" || found.kind === "volatile");
      steps++
    ) {
      found = this.#table.type(found.type);
    }
    return found;
  }

  #enter(): void {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) throw this.#error(`more than ${MAX_DEPTH} levels deep`);
  }

  #qualifiers(): void {
    while (this.#token.kind === "name" && isQualifier(this.#token.text)) this.#at++;
  }

  #take(text: string): boolean {
    if (this.#token.kind === "end" || this.#token.kind === "quoted" || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #takeName(): string {
    if (this.#token.kind !== "name" || this.#token.text.startsWith("__attribute__")) return "";
    if (this.#token.text === "__packed" || this.#token.text === "__aligned") return "";
    const { text } = this.#token;
    this.#at++;
    return text;
  }

  #takeTag(): string {
    if (this.#token.kind !== "quoted") return this.#takeName();
    const { text } = this.#token;
    this.#at++;
    return text;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`'${text}'`);
  }

  #number(): number {
    const token = this.#token;
    const value = Number(this.#digits());
    if (value > MAX_SIZE) throw this.#error("the number is past 32 bits", token);
    return value;
  }

  #digits(): string {
    if (this.#token.kind !== "number") throw this.#unexpected("a number");
    const digits = this.#token.text.replace(/[uUlL]+$/, "");
    // C reads a leading zero as octal.
    const isOctal = /^0\d/.test(digits);
    if (isOctal && /[89]/.test(digits))
      throw this.#error("a number with a leading zero is octal, which has no digits 8 and 9");
    this.#at++;
    return isOctal ? `0o${digits.slice(1)}` : digits;
  }

  #unexpected(wanted: string): Error {
    const { kind, text } = this.#token;
    return this.#error(`expected ${wanted}, got ${kind === "end" ? text : `'${text}'`}`);
  }

  #error(problem: string, token: Token = this.#token): Error {
    return declarationError(this.#text, token.column, problem);
  }
}

function isQualifier(word: string): boolean {
  return word === "const" || word === "volatile" || word === "restrict" || word === "__restrict";
}
