import { expect, test } from "vitest";
import { keysIn } from "../../../../src/cli/screen/keys.ts";

test.each([
  ["q", ["q"]],
  ["Gg", ["G", "g"]],
  ["é→", ["é", "→"]],
  ["\r", ["enter"]],
  ["\n", ["enter"]],
  ["\x1b", ["escape"]],
  ["\x7f\b", ["backspace", "backspace"]],
  ["\t", ["tab"]],
  ["\x03\x1a\x15", ["ctrl-c", "ctrl-z", "ctrl-u"]],
  ["\x1b[A\x1b[B\x1bOA", ["up", "down", "up"]],
  ["\x1b[1;5A", ["up"]],
  ["\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1b[3~", ["page-up", "page-down", "home", "end", "delete"]],
  ["\x1b[<64;10;5M\x1b[<65;10;5M", ["wheel-up", "wheel-down"]],
  ["\x1b[<0;10;5M\x1b[<0;10;5m", []],
  ["\x1b[200~", []],
])("%j", (sent, keys) => {
  expect(keysIn(sent)).toEqual(keys);
});
