import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { statsJson } from "../../../../src/output/stats/stats-json.ts";
import { HALF_RING, statsOf } from "./make-stats.ts";

const HEAD = '{"id":7,"name":"conns","type":"hash"';

describe("a line of JSON", () => {
  test("of a map", () => {
    expect(statsJson(statsOf())).toBe(
      `${HEAD},"entries":25,"max_entries":100,"ratio":0.25,"when_full":"refuses","preallocated":true,"memlock":4096,"mode":"batch","complete":true}`,
    );
  });

  test("of a map of which little is known", () => {
    const line = statsJson(
      statsOf(
        { entries: undefined, error: new EbpfMapError("KERNEL", "read", { errnoName: "EPERM" }) },
        {},
        { memlock: undefined },
      ),
    );
    expect(JSON.parse(line)).toMatchObject({
      entries: null,
      ratio: null,
      memlock: null,
      complete: false,
      error: "EPERM",
    });
  });

  test("has at most four digits of a share", () => {
    expect(JSON.parse(statsJson(statsOf({ entries: 1 }, { maxEntries: 3 }))).ratio).toBe(0.3333);
  });

  test("of a ring buffer has its bytes", () => {
    expect(
      JSON.parse(statsJson(statsOf({ entries: undefined, ring: HALF_RING, mode: "positions" }, { type: 27 }))),
    ).toMatchObject({
      ...{
        type: "ringbuf",
        entries: null,
        ratio: 0.5,
        pending: 64,
        consumed: 128,
        mode: "positions",
        complete: true,
      },
    });
  });

  test.each([
    [
      { perSecond: 2.345, fullIn: 31.999 },
      { growth: 2.35, full_in: 32 },
    ],
    [
      { perSecond: -1, fullIn: undefined },
      { growth: -1, full_in: null },
    ],
  ])("with the growth %j", (growth, expected) => {
    expect(JSON.parse(statsJson(statsOf({}, {}, { growth })))).toMatchObject(expected);
  });

  test("with a name that is hostile", () => {
    const line = statsJson(statsOf({}, { name: '\u001b]0;"\udce9' }));
    expect(line).toContain('"name":"\\u001b]0;\\"\ufffd"');
    expect(JSON.parse(line).name).toBe('\u001b]0;"\ufffd');
  });
});
