import type { Key } from "./keys.ts";

/** The most lines that are remembered. */
const MOST_LINES = 100;
/** The word to complete, at the end of a text: names with dots and indexes. */
const WORD = /[\w.[\]]*$/;

/** The result of a key: the text is still edited, entered, or dropped. */
export type Edited = "editing" | "entered" | "dropped";

/**
 * A line of text that is typed: Tab completes the word before its end, up and down bring back earlier lines, Ctrl-U
 * empties it, Ctrl-W takes the last word.
 */
export class Prompt {
  text = "";
  /** The words that fit what was typed, if there are several. */
  candidates: readonly string[] = [];
  readonly #history: string[] = [];
  readonly #words: () => readonly string[];
  /** The place in the history, counted from its end; 0 for the line that is typed. */
  #place = 0;
  #typed = "";

  /** `words`: those that Tab completes to. */
  constructor(words: () => readonly string[]) {
    this.#words = words;
  }

  /** Begins with a text. */
  open(text: string): void {
    this.text = text;
    this.#place = 0;
    this.candidates = [];
  }

  key(key: Key): Edited {
    const { candidates } = this;
    this.candidates = [];
    switch (key) {
      case "enter":
        this.#remember(this.text.trim());
        return "entered";
      case "escape":
        return "dropped";
      case "ctrl-u":
        this.text = "";
        break;
      case "ctrl-w":
        this.text = this.text.replace(/\S+\s*$/, "");
        break;
      case "backspace":
        this.text = [...this.text].slice(0, -1).join("");
        break;
      case "up":
        this.#recall(1);
        break;
      case "down":
        this.#recall(-1);
        break;
      case "tab":
        this.#complete(candidates);
        break;
      default:
        if ([...key].length === 1) this.text += key;
    }
    return "editing";
  }

  #remember(line: string): void {
    if (line === "" || this.#history.at(-1) === line) return;
    this.#history.push(line);
    if (this.#history.length > MOST_LINES) this.#history.shift();
  }

  #recall(step: 1 | -1): void {
    const place = this.#place + step;
    if (place < 0 || place > this.#history.length) return;
    if (this.#place === 0) this.#typed = this.text;
    this.#place = place;
    this.text = place === 0 ? this.#typed : (this.#history.at(-place) ?? "");
  }

  /** Completes as far as all fitting words agree. */
  #complete(before: readonly string[]): void {
    const [word = ""] = WORD.exec(this.text) ?? [];
    const fitting = this.#words().filter((one) => one.startsWith(word));
    const [first, ...others] = fitting;
    if (first === undefined) return;
    const common = others.reduce(commonStart, first);
    this.text = this.text.slice(0, this.text.length - word.length) + common;
    if (others.length > 0) this.candidates = before.length > 0 && common === word ? before : fitting;
  }
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}
