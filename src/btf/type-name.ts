import { isTagged, joined, keywordOf, parenthesized } from "./c/tagged.ts";
import type { BtfType, TypeSource } from "./types.ts";

/** The most types that one name is made of. What is more reads `...`. */
const MAX_STEPS = 256;
/** The deepest nesting of functions that is spelled out. */
const MAX_DEPTH = 32;
/** The longest way from a declaration to its base type: twice what libbpf resolves. */
const MAX_CHAIN = 64;

const ELLIPSIS = "...";

/** The number of types that may still be visited, counted down, and of functions around this one. */
interface Limits {
  readonly budget: { left: number };
  readonly depth: number;
}

/**
 * The C spelling of a type as a declaration has it: `u32`, `struct conn_key`, `const char *`, `int[4]`; "" for an
 * anonymous struct, union or enum. Names are as in the BTF, whatever they contain.
 */
export function typeName(source: TypeSource, id: number): string {
  const type = source.type(id);
  if (isTagged(type) && type.name === "") return "";
  return spelled(source, id, { budget: { left: MAX_STEPS }, depth: 0 });
}

/**
 * C writes a type from the inside out: pointers in front of the name, arrays and parameters behind it, and the type
 * that all of them lead to at the very front.
 */
function spelled(source: TypeSource, id: number, limits: Limits): string {
  let inner = "";
  let qualifiers: string[] = [];
  let at = id;
  for (let steps = 0; steps < MAX_CHAIN && limits.depth <= MAX_DEPTH && limits.budget.left-- > 0; steps++) {
    const type = source.type(at);
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        qualifiers.push(type.kind);
        break;
      case "ptr":
        inner = `*${joined(qualifiers.join(" "), inner)}`;
        qualifiers = [];
        break;
      case "array":
        inner = `${parenthesized(inner)}[${type.nelems}]`;
        break;
      case "func_proto":
        inner = `${parenthesized(inner)}(${params(source, type.params, limits)})`;
        qualifiers = [];
        break;
      case "type_tag":
      case "decl_tag":
      case "var":
      case "func":
        break;
      default:
        return joined([...qualifiers, baseName(type)].join(" "), inner);
    }
    at = type.type;
  }
  return joined(ELLIPSIS, inner);
}

function baseName(type: BtfType): string {
  if (isTagged(type)) return `${keywordOf(type)} ${type.name === "" ? "{...}" : type.name}`;
  if (type.kind === "unknown") return `/* BTF kind ${type.number} */`;
  return "name" in type ? type.name : type.kind;
}

type Params = Extract<BtfType, { kind: "func_proto" }>["params"];

/** The types of the parameters in their order; a last one of type void stands for `...`. */
function params(source: TypeSource, list: Params, { budget, depth }: Limits): string {
  if (list.length === 0) return "void";
  const texts: string[] = [];
  for (const [i, { type }] of list.entries()) {
    const isCut = budget.left <= 0 || (type === 0 && i === list.length - 1);
    texts.push(isCut ? ELLIPSIS : spelled(source, type, { budget, depth: depth + 1 }));
    if (isCut) break;
  }
  return texts.join(", ");
}
