/**
 * Makes a pattern of the parts of JSON that stand alone; what is none of them is a fault. A function, since V8 takes
 * long to make it, and few runs of the program need it.
 */
const token = (): RegExp =>
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy;
const SPACE = /[ \t\n\r]*/y;

/** The tokens that may come next: a value, a value or the end of a list, a name, a name or the end of an object … */
type Expected = "value" | "element" | "name" | "member" | "colon" | "more" | "end";

/**
 * Returns the offset at which a text stops being JSON: of the first token that can't stand where it does, or that is
 * none; the end of the text, if that comes too early; undefined for JSON. JSON.parse says it for some faults only.
 */
export function jsonFault(text: string): number | undefined {
  const open: ("{" | "[")[] = [];
  const pattern = token();
  let expected: Expected = "value";
  for (let at = behind(SPACE, text, 0) ?? 0; at < text.length; ) {
    const end = behind(pattern, text, at);
    const next: Expected | undefined = end === undefined ? undefined : afterToken(text[at] ?? "", expected, open);
    if (end === undefined || next === undefined) return at;
    expected = next;
    at = behind(SPACE, text, end) ?? end;
  }
  return expected === "end" ? undefined : text.length;
}

/** Returns what may follow a token, or undefined if it can't stand here. `open` has the containers around it. */
function afterToken(first: string, expected: Expected, open: ("{" | "[")[]): Expected | undefined {
  const isValue = expected === "value" || expected === "element";
  const behindValue = (): Expected => (open.length === 0 ? "end" : "more");
  switch (first) {
    case "{":
    case "[":
      if (isValue) open.push(first);
      return isValue ? (first === "{" ? "member" : "element") : undefined;
    case "}":
    case "]": {
      const isEmpty = expected === (first === "}" ? "member" : "element");
      if ((!isEmpty && expected !== "more") || open.pop() !== (first === "}" ? "{" : "[")) return undefined;
      return behindValue();
    }
    case ",":
      return expected === "more" ? (open.at(-1) === "{" ? "name" : "value") : undefined;
    case ":":
      return expected === "colon" ? "value" : undefined;
    default:
      if (isValue) return behindValue();
      return first === '"' && (expected === "name" || expected === "member") ? "colon" : undefined;
  }
}

function behind(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
