/** Reads a line of C without a parser: names and arguments. Everything here is a guess that is checked by use. */

/** Contexts of programs; what is read through them is not the pointer in question. */
const CONTEXTS = /^(?:ctx|skb|xdp|msg|regs|args|ops)$/;

const KEYWORDS =
  /^(?:return|if|for|while|sizeof|void|long|int|char|unsigned|struct|const|static|__\w+|u\d+|s\d+|asm|volatile)$/;

/** The name that an assignment or declaration on the line gives a value to: `struct flow *flow = …` gives `flow`. */
export function assignedName(text: string): string | undefined {
  const name = /(?:^|[\s*(])(\w+)\s*=(?!=)/.exec(text.slice(0, 400))?.[1];
  return name === undefined || KEYWORDS.test(name) ? undefined : name;
}

/** A place in the line where something is followed: `flow->bytes`, `*count`, `data[20]`. */
export interface Followed {
  readonly name: string;
  /** `bytes` of `flow->bytes`, where it is one. */
  readonly member: string | undefined;
  /** `20` of `data[20]`, where it is one. */
  readonly index: string | undefined;
  readonly at: number;
}

/** All of them, in the order of the text. */
function followedIn(text: string): Followed[] {
  const found: Followed[] = [];
  const pattern = /(\*\s*(?:\([^()]{1,40}\)\s*)?)?([A-Za-z_]\w*(?:(?:->|\.)\w+)*)(?:\[([^[\]]{1,80})\])?/g;
  for (const match of text.slice(0, 400).matchAll(pattern)) {
    const [, star, chain = "", index] = match;
    if (KEYWORDS.test(chain)) continue;
    const at = match.index + (star?.length ?? 0);
    const arrow = chain.lastIndexOf("->");
    if (index !== undefined) found.push({ name: chain, member: undefined, index, at });
    else if (arrow > 0)
      found.push({ name: chain.slice(0, arrow), member: chain.slice(arrow + 2), index: undefined, at });
    else if (star !== undefined && !declares(text, match.index))
      found.push({ name: chain, member: undefined, index: undefined, at });
  }
  return found;
}

/** `struct flow *flow = …` and `a * b`: a star that follows nothing. */
function declares(text: string, star: number): boolean {
  return /[\w)\]]\s*$/.test(text.slice(0, star)) && !/\breturn\s*$/.test(text.slice(0, star));
}

/** The one that is meant: at the column if it is known, else the first that isn't the context. */
export function followedAt(text: string, column: number | undefined, likely: readonly string[]): Followed | undefined {
  const all = followedIn(text);
  const there =
    column === undefined ? undefined : all.find(({ at, name }) => at - 1 <= column && column <= at + name.length + 2);
  const named = all.find(({ name }) => likely.includes(name));
  const other = all.find(({ name }) => !CONTEXTS.test(name.split(/->|\./)[0] ?? ""));
  return there !== undefined && !CONTEXTS.test(there.name) ? there : (named ?? other ?? all[0]);
}

/** The arguments of a call on the line; undefined where it isn't all there. */
export function argumentsOf(text: string, callee: string): string[] | undefined {
  const start = text.indexOf(`${callee}(`);
  if (start < 0) return undefined;
  const found: string[] = [];
  let depth = 0;
  let from = start + callee.length + 1;
  for (let at = from; at < Math.min(text.length, 600); at++) {
    const char = text[at];
    if (char === "(" || char === "[") depth += 1;
    else if ((char === ")" && depth === 0) || (char === "," && depth === 0)) {
      found.push(text.slice(from, at).trim());
      if (char === ")") return found;
      from = at + 1;
    } else if (char === ")" || char === "]") depth -= 1;
  }
  return undefined;
}

/** A name or a member of one: something that can be repeated in a condition without doing anything. */
export function isPlainText(expression: string): boolean {
  return /^[A-Za-z_]\w*$/.test(expression);
}
