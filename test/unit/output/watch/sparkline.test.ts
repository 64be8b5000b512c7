import { expect, test } from "vitest";
import { sparkline } from "../../../../src/output/watch/sparkline.ts";

test.each<[(number | undefined)[], string]>([
  [[], ""],
  [[undefined, 0, 1, 2, 3, 4, 5, 6, 7, 8], " ▁▂▃▄▅▆▇██"],
  [[0, 0], "▁▁"],
  [[-5, 10], "▁█"],
])("%j is %s", (values, bars) => {
  expect(sparkline(values)).toBe(bars);
});
