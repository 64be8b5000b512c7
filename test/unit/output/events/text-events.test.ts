import { expect, test } from "vitest";
import { seconds, TextEvents } from "../../../../src/output/events/text-events.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { batchOf } from "./one-event.ts";

function printed(events: readonly string[], perf = false): string {
  const collected = new CollectedOutput();
  const printer = new TextEvents(collected.out, perf);
  const batch = batchOf(events);
  for (let i = 0; i < batch.count; i++) printer.print(batch, i);
  printer.end();
  return collected.text;
}

test("bytes stand in lines of sixteen, with what they are as text", () => {
  const bytes = Buffer.from("0123456789abcdef\x1b[2J\x7f").toString("hex");
  expect(printed([bytes])).toBe(
    [
      "#1 21 bytes",
      "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|",
      "0010  1b 5b 32 4a 7f                                    |.[2J.|",
      "",
    ].join("\n"),
  );
});

test("events are counted; those of a perf event array have a time and a CPU", () => {
  expect(printed(["", "00"])).toBe(
    "#1 0 bytes\n#2 1 byte\n0000  00                                                |.|\n",
  );
  expect(printed([""], true)).toBe("#1 @0.000000077 cpu 3, 0 bytes\n");
});

test.each([
  [0n, "0.000000000"],
  [77n, "0.000000077"],
  [21_000_417_395n, "21.000417395"],
  [2n ** 64n - 1n, "18446744073.709551615"],
])("%s ns are %s s", (ns, text) => {
  expect(seconds(ns)).toBe(text);
});
