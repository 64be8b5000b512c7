import { describe, expect, test } from "vitest";
import type { QueryClock } from "../../../../src/query/cel/terms/clock.ts";
import type { QueryInput } from "../../../../src/query/query.ts";
import { batchOf, inputOf, keptValues, queryOf, refusalOf, sourceOf } from "../typed-rows.ts";

const SECOND = 1_000_000_000n;
const NOON = BigInt(Date.UTC(2025, 0, 31, 12)) * 1_000_000n;

/** Up for 1000 s, of which it slept for 100. */
const CLOCK: QueryClock = {
  monotonicNs: () => 900n * SECOND,
  bootNs: () => 1000n * SECOND,
  realtimeNs: () => NOON,
};

function typed(value: string, clock: QueryClock = CLOCK): QueryInput {
  return { ...inputOf({ value }), clock };
}

describe("now()", () => {
  const ages = [0n, 839n * SECOND, 840n * SECOND - 1n, 840n * SECOND, 841n * SECOND, 900n * SECOND, 2000n * SECOND];

  test.each<[string, readonly bigint[]]>([
    ['now() - value > duration("60s")', [0n, 839n * SECOND, 840n * SECOND - 1n]],
    ['now() - value >= duration("60s")', [0n, 839n * SECOND, 840n * SECOND - 1n, 840n * SECOND]],
    ['duration("60s") < now() - value', [0n, 839n * SECOND, 840n * SECOND - 1n]],
    ['value < now() - duration("60s")', [0n, 839n * SECOND, 840n * SECOND - 1n]],
    ['value + duration("60s") < now()', [0n, 839n * SECOND, 840n * SECOND - 1n]],
    ['now() - duration("60s") - value > 0', [0n, 839n * SECOND, 840n * SECOND - 1n]],
    // A time that lies ahead is no huge age, as it would be in C, but a negative one.
    ['now() - value < duration("0s")', [2000n * SECOND]],
    ["now() - value < 0", [2000n * SECOND]],
    ["value > now()", [2000n * SECOND]],
    ["now() == value", [900n * SECOND]],
    ["now() - value == 0", [900n * SECOND]],
    ["now() - value != 0", ages.filter((age) => age !== 900n * SECOND)],
    ["(now() - value) / 1000000000 == 61", [839n * SECOND]],
    ['now() - value > duration("60s") && value != 0', [839n * SECOND, 840n * SECOND - 1n]],
    ['now("boot") - value == duration("100s")', [900n * SECOND]],
    ['now("boot") - now() == duration("100s")', ages],
    ['now("realtime") > now()', ages],
    ["[now(), 0].exists(t, t == value)", [0n, 900n * SECOND]],
    ["now() / 1000000000 == 900", ages],
    ["value < now() / 2", [0n]],
    ["value in [now(), 5]", [900n * SECOND]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, typed("u64"), ages)).toEqual(kept);
  });

  test.each<[string, string, readonly (number | bigint)[], readonly (number | bigint)[]]>([
    // A narrower field, a signed one, and the extremes of 64 bits.
    ["now() - value > 899999999990", "u32", [5, 10, 0xffff_ffff], [5]],
    ["now() - value > now()", "s64", [-1n, 0n, 1n, -(2n ** 63n)], [-1n, -(2n ** 63n)]],
    ["value - now() > 9223371136854775806", "s64", [2n ** 63n - 1n, 2n ** 63n - 2n], [2n ** 63n - 1n]],
    ["value - now() > 18446743173709551614u", "u64", [2n ** 64n - 1n, 2n ** 64n - 2n], [2n ** 64n - 1n]],
    ["now() - value < -9223372036854775808", "u64", [2n ** 63n, 2n ** 64n - 2n], [2n ** 64n - 2n]],
  ])("%s of a %s", async (where, type, values, kept) => {
    expect(await keptValues(where, typed(type), values)).toEqual(kept);
  });

  test("is read once for each batch, so that a long read goes by the time of its entries", async () => {
    let time = 0n;
    const clock: QueryClock = { ...CLOCK, monotonicNs: () => (time += 10n) };
    const input = typed("u64", clock);
    const query = queryOf(input, { where: "value == now() || value + 1 == now()" });
    const batch = batchOf(input, [[null, 9], [null, 10], [null, 19], [null, 20]]); // biome-ignore format: one line
    const kept: number[][] = [];
    for await (const run of query.run(sourceOf(batch, batch))) kept.push([...run.entries.subarray(0, run.count)]);
    expect(kept).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test("on each CPU of a per-CPU map", async () => {
    const input = { ...inputOf({ value: "u64", cpus: 2 }), clock: CLOCK };
    const query = queryOf(input, { where: 'now() - value > duration("60s")' });
    const kept: number[][] = [];
    for await (const { entries, cpus, count } of query.run(sourceOf(batchOf(input, [[null, 900n * SECOND, 1]])))) {
      for (let row = 0; row < count; row++) kept.push([entries[row] as number, cpus?.[row] as number]);
    }
    expect(kept).toEqual([[0, 1]]);
  });
});

describe("duration()", () => {
  test.each<[string, readonly bigint[]]>([
    ['value > duration("1ms")', [2_000_000n, 10n ** 18n]],
    ['value == duration("2ms")', [2_000_000n]],
    ['value == 2 * duration("1ms")', [2_000_000n]],
    ['value == duration("1" + "ms") * 2', [2_000_000n]],
    ['value > duration("1h30m")', [10n ** 18n]],
    ['value > duration("-1s")', [0n, 2_000_000n, 10n ** 18n]],
    ['value in [duration("2ms"), duration("3ms")]', [2_000_000n]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, "u64", [0n, 2_000_000n, 10n ** 18n])).toEqual(kept);
  });

  test.each<[string, string, string]>([
    ['duration("60")', 'not a duration, such as "60s", "1h30m" or "1.5ms" (at most 292 years)', '"60"'],
    ['duration("300y")', 'not a duration, such as "60s", "1h30m" or "1.5ms" (at most 292 years)', '"300y"'],
    ["duration(60)", 'duration() takes a string such as "1h30m" or "1.5ms"', "60"],
    ["duration(string(value))", 'duration() takes a string such as "1h30m" or "1.5ms"', "string(value)"],
    ["duration()", '`duration` takes 1 argument: duration("1h30m")', "duration()"],
    ['duration("292y")', 'not a duration, such as "60s", "1h30m" or "1.5ms" (at most 292 years)', '"292y"'],
  ])("refuses %s", (expression, message, marked) => {
    expect(refusalOf(`value > ${expression}`, "u64")).toEqual({ message, marked });
  });
});

describe("timestamp()", () => {
  const times = [0n, 840n * SECOND, 900n * SECOND];

  test.each<[string, readonly bigint[]]>([
    // In the clock of the field: noon is 900 s after the start.
    ['value == timestamp("2025-01-31T12:00:00Z")', [900n * SECOND]],
    ['value >= timestamp("2025-01-31T11:59:00Z")', [840n * SECOND, 900n * SECOND]],
    ['value > timestamp("2025-01-31T13:59:00+02:00")', [900n * SECOND]],
    ['timestamp("2025-01-31T12:00:00Z") == now()', times],
    ['timestamp("2025-01-31T12:00:00Z", "boot") == now("boot")', times],
    ['timestamp("2025-01-31T12:00:00Z", "realtime") == now("realtime")', times],
    ['value > timestamp("2000-01-01T00:00:00Z")', times],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, typed("u64"), times)).toEqual(kept);
  });

  test.each<[string, string, string]>([
    [
      'timestamp("2025-02-30T12:00:00Z")',
      'not a time of RFC 3339, such as "2025-01-31T12:00:00Z"',
      '"2025-02-30T12:00:00Z"',
    ],
    ["timestamp(1738324800)", 'timestamp() takes a string such as "2025-01-31T12:00:00Z"', "1738324800"],
    ['timestamp("2025-01-31T12:00:00Z", "utc")', 'a clock is "monotonic", "boot" or "realtime"', '"utc"'],
    ['timestamp("2025-01-31T12:00:00Z", 1)', 'a clock is "monotonic", "boot" or "realtime"', "1"],
    ['now("utc")', 'a clock is "monotonic", "boot" or "realtime"', '"utc"'],
    ["now(1, 2)", '`now` takes 0 or 1 arguments: now() - value.last_ns > duration("60s"), or now("boot")', "now(1, 2)"],
  ])("refuses %s", (expression, message, marked) => {
    expect(refusalOf(`value > ${expression}`, typed("u64"))).toEqual({ message, marked });
  });
});

test.each([
  ["now() > value", "now"],
  ['value > timestamp("2025-01-31T12:00:00Z")', "timestamp"],
])("a query without a clock has no time: %s", (where, name) => {
  expect(refusalOf(where, "u64").message).toBe(`\`${name}()\` needs a clock, which this query does not have`);
});

test("a time that macros compute with", async () => {
  const input = typed("struct { u64 at; u8 steps[2]; }");
  const values = [{ at: 900n * SECOND, steps: [0, 1] }, { at: 5, steps: [0, 1] }]; // biome-ignore format: one line
  expect(await keptValues("value.steps.map(s, now()).exists(t, t == value.at)", input, values)).toEqual([values[0]]);
  expect(await keptValues("value.steps.map(s, now() - s).exists(t, value.at > t)", input, values)).toEqual([values[0]]);
  expect(await keptValues("value.steps.exists(s, value.at + s > now())", input, values)).toEqual([values[0]]);
});
