import type { BtfType, TypeSource } from "./types.ts";

/** What a declaration is spelled with. */
export interface Speller {
  readonly source: TypeSource;
  /** Makes a name of the BTF fit for the text. */
  readonly name: (name: string) => string;
  /** The text of an anonymous struct, union or enum. */
  readonly anonymous: (type: TaggedType) => string;
  /** Whether parameters of functions have their names. */
  readonly paramNames: boolean;
  /** How many types may still be visited, counted down. What is left out reads `...`. */
  readonly budget: { left: number };
  /** How many functions or records this one is inside of. */
  readonly depth: number;
}

/** Types that C names by a keyword and a tag. */
export type TaggedType = Extract<BtfType, { kind: "struct" | "union" | "enum" | "enum64" | "fwd" }>;

/** The deepest nesting that is spelled out. */
export const MAX_DEPTH = 32;

/** The longest way from a declaration to its base type: twice what libbpf resolves. */
const MAX_CHAIN = 64;

const ELLIPSIS = "...";

/**
 * The C declaration of something of type `id`: `int (*name)[4]` for the declarator `name`, the bare type for "".
 * C writes a type from the inside out: pointers in front of the name, arrays and parameters behind it, and the type
 * that all of them lead to at the very front.
 */
export function declare(speller: Speller, id: number, declarator: string): string {
  let inner = declarator;
  let qualifiers: string[] = [];
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && speller.depth <= MAX_DEPTH && speller.budget.left-- > 0; steps++) {
    const type = speller.source.type(at);
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        qualifiers.push(type.kind);
        break;
      case "ptr":
        inner = `*${join(qualifiers.join(" "), inner)}`;
        qualifiers = [];
        break;
      case "array":
        inner = `${parenthesized(inner)}[${type.nelems}]`;
        break;
      case "func_proto":
        inner = `${parenthesized(inner)}(${params(speller, type.params)})`;
        qualifiers = [];
        break;
      case "type_tag":
      case "decl_tag":
      case "var":
      case "func":
        break;
      default:
        return join([...qualifiers, baseName(speller, type)].join(" "), inner);
    }
    at = type.type;
  }
  return join(ELLIPSIS, inner);
}

/** The keyword that C has in front of a tag. */
export function keyword(type: TaggedType): "struct" | "union" | "enum" {
  switch (type.kind) {
    case "fwd":
      return type.union ? "union" : "struct";
    case "enum64":
      return "enum";
    default:
      return type.kind;
  }
}

/** Whether C names types like this one by a keyword and a tag. */
export function isTagged(type: BtfType): type is TaggedType {
  return ["struct", "union", "enum", "enum64", "fwd"].includes(type.kind);
}

function baseName(speller: Speller, type: BtfType): string {
  if (isTagged(type)) return type.name === "" ? speller.anonymous(type) : `${keyword(type)} ${speller.name(type.name)}`;
  if (type.kind === "unknown") return `/* BTF kind ${type.number} */`;
  return "name" in type ? speller.name(type.name) : type.kind;
}

type Params = Extract<BtfType, { kind: "func_proto" }>["params"];

/** The parameters in their order; a last one of type void stands for `...`. */
function params(speller: Speller, list: Params): string {
  if (list.length === 0) return "void";
  const inside = { ...speller, depth: speller.depth + 1 };
  const texts: string[] = [];
  for (const [i, { name, type }] of list.entries()) {
    const cut = speller.budget.left <= 0 || (type === 0 && i === list.length - 1);
    texts.push(cut ? ELLIPSIS : declare(inside, type, speller.paramNames ? speller.name(name) : ""));
    if (cut) break;
  }
  return texts.join(", ");
}

/** Arrays and parameters bind closer than the `*` of a pointer. */
function parenthesized(inner: string): string {
  return inner.startsWith("*") ? `(${inner})` : inner;
}

function join(front: string, inner: string): string {
  return front === "" || inner === "" || inner.startsWith("[") ? front + inner : `${front} ${inner}`;
}
