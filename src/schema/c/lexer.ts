import { EbpfMapError } from "../../errors.ts";

/**
 * A word, a number or a sign of a C declaration; a quoted word names a type in any language. `column` counts from 1.
 */
export interface Token {
  readonly kind: "name" | "quoted" | "number" | "sign" | "end";
  readonly text: string;
  readonly column: number;
}

/** The longest declaration that is read. */
const MAX_LENGTH = 64 * 1024;

const TOKEN =
  /\s+|\/\*[\s\S]*?\*\/|\/\/[^\n]*|([A-Za-z_]\w*)|(0[xX][\da-fA-F]+[uUlL]*|\d+[uUlL]*)|([{}()[\];,:=*-])|"([^"\n]+)"/y;

/**
 * The tokens of a C declaration, without comments and white space. Throws TYPE_INVALID with the column of what is no C.
 */
export function tokens(text: string): Token[] {
  if (text.length > MAX_LENGTH) throw declarationError(text, 1, `longer than ${MAX_LENGTH} characters`);
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const column = TOKEN.lastIndex + 1;
    const match = TOKEN.exec(text);
    if (match === null) throw declarationError(text, column, `unexpected ${JSON.stringify(text.charAt(column - 1))}`);
    const [, name, number, sign, quoted] = match;
    if (name !== undefined) found.push({ kind: "name", text: name, column });
    else if (number !== undefined) found.push({ kind: "number", text: number, column });
    else if (sign !== undefined) found.push({ kind: "sign", text: sign, column });
    else if (quoted !== undefined) found.push({ kind: "quoted", text: quoted, column });
  }
  found.push({ kind: "end", text: "the end", column: text.length + 1 });
  return found;
}

const SHOWN_CHARACTERS = 60;

/** TYPE_INVALID that shows the declaration and the column. */
export function declarationError(text: string, column: number, problem: string): EbpfMapError {
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return new EbpfMapError("TYPE_INVALID", `read type '${shown}': column ${column}: ${problem}`, { column });
}
