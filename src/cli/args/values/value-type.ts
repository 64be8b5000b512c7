/** A kind of value that flags accept: its name in help texts, its parser, and the description of accepted values. */
export interface ValueType<Value> {
  /** `N`, `TIME`, `FILE`. */
  readonly name: string;
  /** The accepted values, as in "--limit takes …". */
  readonly accepts: string;
  /** All accepted words, if there is a list. */
  readonly choices?: readonly string[];
  /** Parses a text; undefined if it is not accepted. May throw the error of a parser below `cli`. */
  readonly parse: (text: string, option: string) => Value | undefined;
  /** Returns the accepted word that the user probably meant. */
  readonly suggest?: (text: string) => string | undefined;
}
