import { stripVTControlCharacters } from "node:util";

/**
 * Wraps a text to lines of at most `width` columns. The first is indented by `first` columns, the others by `indent`.
 */
export function wrap(text: string, width: number, indent = 0, first: number = indent): string[] {
  if (first + displayColumns(text) <= width) return [" ".repeat(first) + text];
  const lines: string[] = [];
  let line = " ".repeat(first);
  let isEmpty = true;
  const end = (): void => {
    lines.push(line.trimEnd());
    line = " ".repeat(indent);
    isEmpty = true;
  };
  for (let word of text.split(" ").filter((part) => part !== "")) {
    // A long word is split, and so loses its colours: a split could break an escape sequence.
    if (displayColumns(word) > width - indent) word = stripVTControlCharacters(word);
    if (!isEmpty && displayColumns(line) + 1 + displayColumns(word) > width) end();
    const room = Math.max(1, width - indent);
    for (; displayColumns(word) > room; word = [...word].slice(room).join("")) {
      if (!isEmpty || displayColumns(line) > indent) end();
      line += [...word].slice(0, room).join("");
      end();
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  if (!isEmpty || lines.length === 0) end();
  return lines;
}

/** Lays out a term with its text beside it from a column on, or below it if the term is too long. */
export function definition(term: string, text: string, { width, column }: { width: number; column: number }): string[] {
  if (displayColumns(term) + 1 > column) return [term.trimEnd(), ...wrap(text, width, column)];
  const lines = wrap(text, width, column);
  return lines.map((line, i) =>
    i === 0 ? term + " ".repeat(column - displayColumns(term)) + line.slice(column) : line,
  );
}

/**
 * Wraps a command line for a shell to lines of at most `width` columns that end in a backslash. A quoted word is never
 * split.
 */
export function wrapCommand(command: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  const words = command.match(/(?:'[^']*'|[^ ])+/g) ?? [];
  for (const [i, word] of words.entries()) {
    const backslash = i + 1 < words.length ? 2 : 0;
    const isLonger = indent + displayColumns(line) + 1 + displayColumns(word) + backslash > width;
    if (line !== "" && isLonger) {
      lines.push(`${line} \\`);
      line = `  ${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => " ".repeat(indent) + one);
}

/** Returns the columns of a text. Colours take none, and the characters of help texts take one each. */
export function displayColumns(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
