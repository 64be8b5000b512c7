import type { Key } from "./keys.ts";

/** The keys of columns, in their order. `0` is the usual order; `q` and `s` are not among them, so that they leave. */
const LABELS = [..."123456789abcdefghijklmnoprtuvwxyz"];
const USUAL: Key = "0";

/** The column that a key chose, by its index; "usual" for the usual order, undefined for none. */
export type ChosenSort = number | "usual" | undefined;

/** The choice of a column to sort by: each has a number or a letter, so that two keys are enough for any. */
export class SortChoice {
  #isOpen = false;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Takes a key, whichever it is: the choice is over then. */
  key(key: Key, columns: number): ChosenSort {
    this.#isOpen = false;
    if (key === USUAL) return "usual";
    const index = LABELS.indexOf(key);
    return index >= 0 && index < columns ? index : undefined;
  }
}

/** Returns the choices as they are shown: the usual order, then the columns as far as there are keys for them. */
export function sortChoices(usual: string, columns: readonly string[]): string[] {
  const labelled = LABELS.slice(0, columns.length).map((label, i) => `${label} ${columns[i]}`);
  const more = columns.length > LABELS.length ? [`… < > go on (${columns.length - LABELS.length})`] : [];
  return [`${USUAL} ${usual}`, ...labelled, ...more];
}
