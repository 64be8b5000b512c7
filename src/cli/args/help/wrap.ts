import { stripVTControlCharacters } from "node:util";

/** A text in lines of at most `width` columns, the first behind `first` columns and the others behind `indent`. */
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
    // A word that must be cut could be cut in the middle of a colour.
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

/** A term with its text behind it from a column on, or below it where it has no room. */
export function definition(term: string, text: string, { width, column }: { width: number; column: number }): string[] {
  if (displayColumns(term) + 1 > column) return [term.trimEnd(), ...wrap(text, width, column)];
  const lines = wrap(text, width, column);
  return lines.map((line, i) =>
    i === 0 ? term + " ".repeat(column - displayColumns(term)) + line.slice(column) : line,
  );
}

/**
 * A command line for a shell in lines of at most `width` columns: those that go on end in a backslash. A word in quotes is
 * never split, whatever its length.
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

/** The columns that a text takes: the colours in it take none, and the characters of help texts one each. */
export function displayColumns(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
