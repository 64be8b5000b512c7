import { Chalk, type ChalkInstance } from "chalk";

/** What colours text with the sixteen colours that every terminal has, or leaves it as it is. */
export function terminalColours(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}

/** How entries that came, changed or went are marked, in tables of differences and on the screen of `watch`. */
export type Mark = "+" | "~" | "-";

/** Text in the colour of a mark. */
export function markColour(colours: ChalkInstance, mark: Mark): (text: string) => string {
  switch (mark) {
    case "+":
      return colours.green;
    case "~":
      return colours.yellow;
    case "-":
      return colours.red;
  }
  return mark satisfies never;
}
