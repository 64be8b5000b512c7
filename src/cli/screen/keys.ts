/** A key: a character as it is typed (`q`, `G`, `é`), or a name. */
export type Key = string;

/** The names of keys that send no character, and of turns of the mouse wheel. */
export type NamedKey =
  | "enter"
  | "escape"
  | "tab"
  | "backspace"
  | "delete"
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "page-up"
  | "page-down"
  | "wheel-up"
  | "wheel-down"
  | `ctrl-${string}`;

/** Sequences behind ESC [ or ESC O, by their last character or their number before `~`. */
const FINALS: Readonly<Record<string, NamedKey>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  H: "home",
  F: "end",
};
const NUMBERS: Readonly<Record<string, NamedKey>> = {
  "1": "home",
  "3": "delete",
  "4": "end",
  "5": "page-up",
  "6": "page-down",
  "7": "home",
  "8": "end",
};
/** The buttons of mouse reports in SGR form (`ESC [ < button ; column ; line M`) that are turns of the wheel. */
const WHEEL: Readonly<Record<string, NamedKey>> = { "64": "wheel-up", "65": "wheel-down" };

/** One key: a mouse report, another escape sequence, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are these characters
const KEY = /\x1b\[<(\d+);\d+;\d+[Mm]|\x1b[[O]([\d;]*)([A-Za-z~])|[\s\S]/gu;

/** Returns the keys in what a terminal has sent. Sequences that mean nothing here are left out. */
export function keysIn(data: string): Key[] {
  const keys: Key[] = [];
  for (const [text, button, number, final] of data.matchAll(KEY)) {
    if (button !== undefined) keys.push(...(WHEEL[button] === undefined ? [] : [WHEEL[button]]));
    else if (final !== undefined) {
      const named = final === "~" ? NUMBERS[number?.split(";")[0] ?? ""] : FINALS[final];
      if (named !== undefined) keys.push(named);
    } else keys.push(keyOf(text));
  }
  return keys;
}

function keyOf(char: string): Key {
  switch (char) {
    case "\r":
    case "\n":
      return "enter";
    case "\x1b":
      return "escape";
    case "\t":
      return "tab";
    case "\x7f":
    case "\b":
      return "backspace";
  }
  return char < " " ? `ctrl-${String.fromCharCode(char.charCodeAt(0) + 0x60)}` : char;
}
