import { describe, expect, test } from "vitest";
import { type EventJsonOptions, JsonEvents } from "../../../../src/output/events/json-events.ts";
import { type EventTypes, NO_TYPES, oneType, typesBy } from "../../../../src/stream/event-types.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { declared } from "../../../helpers/generated-layouts.ts";
import { batchOf } from "./one-event.ts";

const typed = (name: string): EventTypes => oneType({ name, layout: declared(name) });

const SEVERAL = typesBy({ offset: 0, bits: 8, signed: false }, [
  { value: 1n, type: { name: "struct a", layout: declared("struct { u8 kind; u8 a; }") } },
  { value: 2n, type: { name: "struct b", layout: declared("struct { u8 kind; u16 b; } __packed") } },
]);

function printed(types: EventTypes, events: readonly string[], more: Partial<EventJsonOptions> = {}): string {
  const collected = new CollectedOutput();
  const form: EventJsonOptions = {
    ...{ types, perf: false, shape: "lines", int64: "digits", enums: "name", render: () => undefined },
    ...more,
  };
  const printer = new JsonEvents(collected.out, form);
  const batch = batchOf(events);
  for (let i = 0; i < batch.count; i++) printer.print(batch, i);
  printer.end();
  return collected.text;
}

const PAIR = "struct { u16 id; u16 n; }";
const TEXT = "struct { u16 id; char text[]; }";

describe("an event", () => {
  test.each<[string, EventTypes, hex: string, line: string]>([
    ["of its type", typed(PAIR), "01000200", '{"value":{"id":1,"n":2}}'],
    ["longer than its type", typed(PAIR), "010002000a0b", '{"value":{"id":1,"n":2},"size":6,"type_size":4}'],
    ["shorter than its type", typed(PAIR), "0100", '{"value":{"id":1,"n":null},"size":2,"type_size":4}'],
    ["of no bytes", typed(PAIR), "", '{"value":{"id":null,"n":null},"size":0,"type_size":4}'],
    ["with a text at its end", typed(TEXT), "01006869", '{"value":{"id":1,"text":"hi"},"size":4,"type_size":2}'],
    ["without a type", NO_TYPES, "0a0b", '{"bytes":"0a0b","size":2}'],
    ["of the first type", SEVERAL, "0107", '{"value":{"kind":1,"a":7},"type":"struct a"}'],
    ["of the second type", SEVERAL, "020700", '{"value":{"kind":2,"b":7},"type":"struct b"}'],
    ["of none of the types", SEVERAL, "0307", '{"bytes":"0307","size":2,"type":null}'],
    ["too short for any type", SEVERAL, "", '{"bytes":"","size":0,"type":null}'],
  ])("%s", (_name, types, hex, line) => {
    expect(printed(types, [hex])).toBe(`${line}\n`);
    JSON.parse(line);
  });
});

describe("an event of a perf event array", () => {
  const perf = { perf: true };

  test("has its CPU and time", () => {
    expect(printed(typed(PAIR), ["01000200"], perf)).toBe('{"key":{"cpu":3,"time_ns":77},"value":{"id":1,"n":2}}\n');
    expect(printed(NO_TYPES, ["0a"], perf)).toBe('{"key":{"cpu":3,"time_ns":77},"bytes":"0a","size":1}\n');
    expect(JSON.parse(printed(typed(PAIR), ["0100"], perf))).toMatchObject({ key: { cpu: 3, time_ns: 77 }, size: 2 });
  });

  test.each([
    ["00000000", false],
    ["0000000000000000", true],
  ])("padded by %s is longer than its type: %s", (padding, isLong) => {
    const line = printed(typed("struct { u32 a, b; }"), [`${"00".repeat(8)}${padding}`], perf);
    expect(line.includes('"type_size"')).toBe(isLong);
  });
});

test("an array of events is one document", () => {
  const array = { shape: "array" } as const;
  expect(printed(typed(PAIR), ["01000200", "0100"], array)).toBe(
    '[{"value":{"id":1,"n":2}},{"value":{"id":1,"n":null},"size":2,"type_size":4}]\n',
  );
  expect(printed(typed(PAIR), [], array)).toBe("[]\n");
});

test("many events go through a small buffer", () => {
  const text = printed(
    typed(PAIR),
    Array.from({ length: 500 }, () => "01000200"),
    { shape: "array" },
  );
  expect(JSON.parse(text)).toHaveLength(500);
});
