import { Lexer } from "yaml";

/** The deepest nesting: more than any file of settings needs, and a tenth of what the stack has room for. */
const MAX_DEPTH = 100;

/**
 * Marks that the lexer puts between the text of the file, where a document begins or a scalar, or a flow ends early.
 */
const MARKS: readonly string[] = ["\u0002", "\u0018", "\u001f"];

/**
 * Returns the offset at which a text of YAML is nested too deeply to be parsed; undefined if it isn't. The parser calls
 * itself for each level, and where the stack ends V8 may end the process.
 */
export function tooDeepAt(text: string): number | undefined {
  const blocks: number[] = [];
  let [offset, lineStart, key, flows] = [0, 0, 0, 0];
  let isLineStart = true;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.includes(token)) continue;
    const column = offset - lineStart;
    if (token === "[" || token === "{") flows += 1;
    else if (token === "]" || token === "}") flows = Math.max(0, flows - 1);
    else if (flows === 0 && (token === "-" || token === "?")) openBlock(blocks, column);
    else if (flows === 0 && token === ":") openBlock(blocks, key);
    else if (isLineStart && token.trim() !== "") [key, isLineStart] = [column, false];
    offset += token.length;
    if (token.endsWith("\n")) [lineStart, isLineStart] = [offset, true];
    if (blocks.length + flows > MAX_DEPTH) return offset - token.length;
  }
  return undefined;
}

/** A block begins at a column, which ends those that began there or further right. */
function openBlock(blocks: number[], column: number): void {
  while ((blocks.at(-1) ?? -1) >= column) blocks.pop();
  blocks.push(column);
}
