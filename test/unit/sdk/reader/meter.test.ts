import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import type { MetricsHook } from "../../../../src/metrics/hook.ts";
import { Meter, timed } from "../../../../src/sdk/reader/meter.ts";
import { NO_REPORT, sampleMap } from "../../snapshot/sample-maps.ts";

function recording(): { hook: MetricsHook; events: unknown[] } {
  const events: unknown[] = [];
  const record = (event: unknown): void => void events.push(event);
  return { events, hook: { onRead: record, onError: record, onInvalid: record } };
}

test("a map without a name is called by its id", () => {
  expect(Meter.nameOf(sampleMap())).toBe("conns");
  expect(Meter.nameOf(sampleMap({ info: { name: "", id: 12 } }))).toBe("id 12");
});

test.each([
  [false, ["read", "decode"]],
  [true, ["read", "decode", "validate"]],
])("a read has its phases (validated: %s) and its error", (validated, phases) => {
  const { hook, events } = recording();
  const error = new EbpfMapError("TIMEOUT", "too long");
  const report = { ...NO_REPORT, entries: 3, bytes: 60 };
  new Meter(hook, "conns").read({ read: 1, decode: 2, validate: 3 }, report, validated, error);
  const expected = phases.map((phase, i) => ({
    map: "conns",
    phase,
    durationSeconds: i + 1,
    entries: 3,
    bytes: 60,
    report,
  }));
  expect(events).toEqual([...expected, { map: "conns", error }]);
});

test("a hook needs none of its functions, and errors of others are not reported", () => {
  const { hook, events } = recording();
  new Meter({}, "conns").read({ read: 1, decode: 1, validate: 1 }, NO_REPORT, true, new Error("of somebody else"));
  new Meter(hook, "conns").error(new Error("of somebody else"));
  expect(events).toEqual([]);
});

test("timed adds the seconds of a step that fails, too", () => {
  const spent = { read: 0, decode: 0, validate: 0 };
  const step = (): number => {
    const from = performance.now();
    while (performance.now() === from);
    return 7;
  };
  expect(timed(spent, "decode", step)).toBe(7);
  const before = spent.decode;
  expect(() =>
    timed(spent, "decode", () => {
      step();
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(before).toBeGreaterThan(0);
  expect(spent).toMatchObject({ read: 0, validate: 0 });
  expect(spent.decode).toBeGreaterThan(before);
});
