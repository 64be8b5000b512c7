/** Words that TypeScript or JavaScript keeps for itself, and names that generated files use. */
const TAKEN: readonly string[] = [
  ..."break case catch class const continue debugger default delete do else enum export extends false finally for".split(
    " ",
  ),
  ..."function if import in instanceof new null return super switch this throw true try typeof var void while with".split(
    " ",
  ),
  ..."yield let static implements interface package private protected public await any unknown never object".split(" "),
  ..."string number boolean bigint symbol undefined Map Set Array Uint8Array DataView Promise Key Value Reader ReaderOptions LiveHandle Writer".split(
    " ",
  ),
];

/** Hands out names of types: made of letters and digits, each only once. */
export class TypeNames {
  readonly #used = new Set<string>(TAKEN);

  /** `struct conn_key` becomes `ConnKey`; a name that is taken gets a number. */
  take(cName: string): string {
    const words = cName.replace(/^(struct|union|enum) /, "").match(/[A-Za-z0-9]+/g) ?? ["type"];
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
    const base = (/^\d/.test(joined) ? `T${joined}` : joined).slice(0, 80);
    let name = base;
    for (let i = 2; this.#used.has(name); i++) name = `${base}${i}`;
    this.#used.add(name);
    return name;
  }
}

/** A property's name as code has it: as it is where that is plain, else quoted. */
export function propertyName(name: string): string {
  // An object literal takes this one for its prototype unless it is computed.
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** How a property is read: `.name` or `["name"]`. */
export function propertyAccess(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${literal(name)}]`;
}

/** A string as code, whatever it is made of: every character but printable ASCII is escaped. */
export function literal(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text for inside of a comment: nothing in it ends the comment or the line. */
export function commentText(text: string): string {
  return text.replace(/[^ -~]/g, "?").replaceAll("*/", "* /");
}
