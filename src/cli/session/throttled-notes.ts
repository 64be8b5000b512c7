import type { Session } from "./session.ts";

/** A remark is not made again before so much time has passed. */
const EVERY_MS = 10_000;

/** ThrottledNotes on stderr about what happens again and again. */
export class ThrottledNotes {
  readonly #session: Session;
  readonly #madeAt = new Map<string, number>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Makes a remark, unless one of the same kind has been made just now. */
  print(kind: string, text: () => string): void {
    const now = this.#session.context.clock();
    const before = this.#madeAt.get(kind);
    if (before !== undefined && now - before < EVERY_MS) return;
    this.#madeAt.set(kind, now);
    this.#session.warn(text());
  }
}
