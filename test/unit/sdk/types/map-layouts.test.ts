import { expect, test } from "vitest";
import { knownEntryLayouts } from "../../../../src/sdk/types/map-layouts.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";
import { connectionsOf } from "../sample-readers.ts";

test("the layouts of keys and values; none where a map has no types", () => {
  expect(knownEntryLayouts(connectionsOf(1))).toMatchObject({
    key: { typeName: "struct conn_key", size: 8 },
    value: { typeName: "struct conn_val", size: 32 },
  });
  expect(knownEntryLayouts(connectionsOf(1), { tags: true })?.value.size).toBe(32);
  expect(knownEntryLayouts(sampleMap())).toBeUndefined();
});

test("types that can't be had are an error with the reason", () => {
  const map = sampleMap({ types: { state: "unavailable", errno: 1, reason: "operation not permitted" } });
  expect(() => knownEntryLayouts(map)).toThrow(
    expect.objectContaining({
      code: "BTF_UNAVAILABLE",
      message: expect.stringContaining("its types can't be had: operation not permitted"),
      details: { errno: 1 },
    }),
  );
});

test("types that don't fit the map are an error, too", () => {
  const map = connectionsOf(1, { info: { valueSize: 16 } });
  expect(() => knownEntryLayouts(map)).toThrow(expect.objectContaining({ code: "LAYOUT_INVALID" }));
});
