import { expect, test } from "vitest";
import { csvLine } from "../../../../src/output/rows/csv-line.ts";

test.each<[readonly string[], boolean, string]>([
  [["a", "", "b,c"], false, 'a,,"b,c"\r\n'],
  [["a", "", "b,c"], true, 'a,,"b,c"\n'],
  [["\u001b]0;x", 'say "x"\n'], false, '\u001b]0;x,"say ""x""\n"\r\n'],
  [["\u001b]0;x", 'say "x"\n'], true, '\\e]0;x,"say ""x""\\n"\n'],
  [[], false, "\r\n"],
])("%j, on a terminal: %s", (texts, isTerminal, line) => {
  expect(csvLine(texts, isTerminal)).toBe(line);
});
