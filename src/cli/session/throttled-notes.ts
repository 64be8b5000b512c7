/** The time before a note of the same kind is printed again. */
const EVERY_MS = 10_000;

/** Notes on stderr about events that may occur many times a second. */
export class ThrottledNotes {
  readonly #clock: () => number;
  readonly #warn: (line: string) => void;
  readonly #printedAt = new Map<string, number>();

  constructor({ clock, warn }: { readonly clock: () => number; readonly warn: (line: string) => void }) {
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Prints a note unless one of the same kind was printed recently. */
  print(kind: string, text: () => string): void {
    const now = this.#clock();
    const before = this.#printedAt.get(kind);
    if (before !== undefined && now - before < EVERY_MS) return;
    this.#printedAt.set(kind, now);
    this.#warn(text());
  }
}
