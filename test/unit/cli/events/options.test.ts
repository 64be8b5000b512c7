import { expect, test } from "vitest";
import { parseArgv } from "../../../../src/cli/args/parse-argv.ts";
import { LossReport } from "../../../../src/cli/events/loss-report.ts";
import { type EventCommandOptions, eventOptions } from "../../../../src/cli/events/options.ts";
import { newStats } from "../../../../src/stream/event-source.ts";

function optionsOf(line: string): EventCommandOptions {
  const { options, problem } = parseArgv(["events", ...line.split(" ")]);
  if (problem !== undefined) throw problem;
  return eventOptions(options);
}

test.each<[line: string, expected: Partial<EventCommandOptions>]>([
  ["id 7", { consume: false, from: "now", attach: false, pollMs: 200, pages: 128, windowMs: 5000 }],
  ["id 7 --consume", { consume: true, from: "oldest" }],
  ["id 7 --consume --from now", { consume: true, from: "now" }],
  ["id 7 --from oldest --attach", { from: "oldest", attach: true }],
  ["id 7 --for 1.5s --poll 5ms", { forMs: 1500, pollMs: 5 }],
  ["id 7 --for 2", { forMs: 2000 }],
  ["id 7 --for 1h", { forMs: 3_600_000 }],
  ["id 7 --pages 1024 --rate-limit 9", { pages: 1024, rateLimit: 9 }],
  ["id 7", { count: Number.POSITIVE_INFINITY }],
  ["id 7 --count 3", { count: 3 }],
  ["id 7 --group-by value.a --window 2m", { windowMs: 120_000 }],
  ["id 7 --group-by value.a --total", { windowMs: Number.POSITIVE_INFINITY }],
])("events %s", (line, expected) => {
  expect(optionsOf(line)).toMatchObject(expected);
});

test.each<[line: string, message: RegExp]>([
  ["id 7 --for 0", /--for takes a time/],
  ["id 7 --for -1s", /--for takes a time/],
  ["id 7 --for 1000h", /--for takes a time/],
  ["id 7 --poll x", /--poll takes a time/],
  ["id 7 --pages 3", /--pages takes a power of two/],
  ["id 7 --pages 131072", /--pages takes a power of two/],
  ["id 7 --count 0", /--count takes a whole number from 1/],
  ["id 7 --rate-limit 0", /--rate-limit takes a whole number from 1/],
  ["id 7 --from yesterday", /--from takes now or oldest, got 'yesterday'/],
  ["id 7 --window 1s", /--window needs --group-by/],
  ["id 7 --group-by value.a --window 1s --total", /--window and --total exclude each other/],
])("events %s is refused", (line, message) => {
  expect(() => optionsOf(line)).toThrow(message);
});

test("losses are told of once, and in the last line", () => {
  const lines: string[] = [];
  const stats = newStats();
  const report = new LossReport(stats, (line) => lines.push(line));
  report.look();
  Object.assign(stats, { received: 1, bytes: 48, lost: 2, overrun: 1, overrunBytes: 112, malformed: 1 });
  report.look();
  report.look();
  report.summary({ rows: 1, evicted: 3 });
  const losses = "2 events lost (no room in the buffer), overrun 1 time (112 bytes not seen), 1 malformed record";
  expect(lines[0]).toBe(`Warning: so far ${losses}`);
  expect(lines.slice(1).join("\n")).toMatch(/^1 event \(48 bytes\) in 0\.\d s; /);
  expect(lines[1]).toContain(`${losses}; 3 groups evicted (--max-groups keeps more)`);
});
