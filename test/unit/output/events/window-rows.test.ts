import { expect, test } from "vitest";
import { type EventWindow, WindowRows } from "../../../../src/output/events/window-rows.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { batchOf, type Entry, inputOf, queryOf, sourceOf } from "../../query/typed-rows.ts";

const MAP = { value: "struct { char comm[4]; u32 n; }" };
const ASKED = { groupBy: "value.comm", aggregates: "count(),sum(value.n)" };

const windowAt = (second: number, events: number, evicted = 0): EventWindow => {
  const at = (offset: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second + offset));
  return { from: at(0), to: at(5), events, evicted };
};

const event = (comm: string, n: number): Entry => [null, { comm, n }];

/** The windows of these events. */
async function printed(windows: readonly (readonly Entry[])[], array: boolean): Promise<string> {
  const collected = new CollectedOutput();
  const options = { int64: "digits", enums: "name", render: () => undefined, array } as const;
  const input = inputOf(MAP);
  const rows = new WindowRows(queryOf(input, ASKED), collected.out, options);
  for (const [i, entries] of windows.entries()) {
    rows.begin(windowAt(5 * i, entries.length));
    if (entries.length > 0)
      for await (const run of queryOf(input, ASKED).run(sourceOf(batchOf(input, entries)))) rows.write(run);
    rows.end();
  }
  rows.close();
  return collected.text;
}

const FIRST =
  '{"from":"2026-01-01T00:00:00.000Z","to":"2026-01-01T00:00:05.000Z","events":3,"evicted":0,' +
  '"groups":[{"value.comm":"sh","count()":2,"sum(value.n)":4},{"value.comm":"ls","count()":1,"sum(value.n)":2}]}';
const SECOND = '{"from":"2026-01-01T00:00:05.000Z","to":"2026-01-01T00:00:10.000Z","events":0,"evicted":0,"groups":[]}';
const EVENTS = [[event("sh", 1), event("ls", 2), event("sh", 3)], []];

test("each window is a line", async () => {
  expect(await printed(EVENTS, false)).toBe(`${FIRST}\n${SECOND}\n`);
  expect(await printed([], false)).toBe("");
});

test("or an element of an array", async () => {
  expect(await printed(EVENTS, true)).toBe(`[${FIRST},${SECOND}]\n`);
  expect(await printed([], true)).toBe("[]\n");
});
