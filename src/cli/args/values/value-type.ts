/** A kind of value that flags take: its name in help texts, its parser, and the words for a value that it refuses. */
export interface ValueType<Value> {
  /** `N`, `TIME`, `FILE`. */
  readonly name: string;
  /** Completes the sentence "--limit takes …". */
  readonly accepts: string;
  /** All values, where they are words of a list. */
  readonly choices?: readonly string[];
  /** The value that a text stands for; undefined where it is not accepted. Throws what a parser below `cli` throws. */
  readonly parse: (text: string, option: string) => Value | undefined;
  /** The accepted word that the user probably meant. */
  readonly suggest?: (text: string) => string | undefined;
}
