import { Chalk, type ChalkInstance } from "chalk";

/** Returns chalk with the sixteen colours of every terminal, or without colours. */
export function terminalColours(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}

/** The mark of an added, changed or removed entry in tables of `diff` and on the screen of `watch`. */
export type Mark = "+" | "~" | "-";

/** Returns the colour of a mark. All are readable on light and dark backgrounds, unlike yellow. */
export function markColour(colours: ChalkInstance, mark: Mark): (text: string) => string {
  switch (mark) {
    case "+":
      return colours.green;
    case "~":
      return colours.magenta.bold;
    case "-":
      return colours.red;
  }
  return mark satisfies never;
}
