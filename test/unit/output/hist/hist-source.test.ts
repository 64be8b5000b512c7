import { describe, expect, test } from "vitest";
import { parseScale, type Scale } from "../../../../src/output/hist/hist-scale.ts";
import { findHistograms } from "../../../../src/output/hist/hist-source.ts";
import type { Asked } from "../../query/run-query.ts";
import { queryOf, type TypedMap } from "../../query/typed-rows.ts";

/** Where the counts of a map are: the arrays, or the slot and the titles of its keys. */
function found(map: TypedMap, asked: Asked = {}, scale?: Scale): unknown {
  const source = findHistograms(queryOf(map, asked), scale);
  if (source.kind === "arrays") return source.arrays.map(({ field, slots }) => [field.path, slots.length]);
  return source.titles.map(({ path }) => path);
}

describe("arrays in the value", () => {
  test.each<[value: string, asked: Asked, expected: unknown]>([
    ["u32[4]", {}, [["value", 4]]],
    ["struct { u64 slots[26]; }", {}, [["value.slots", 26]]],
    ["struct { u32 n; struct { u32 slots[3]; } h; }", {}, [["value.h.slots", 3]]],
    ["struct { char comm[16]; u32 slots[3]; }", {}, [["value.slots", 3]]],
    ["struct { u8 mac[6]; u32 slots[3]; }", {}, [["value.slots", 3]]],
    ["struct { u8 mac[6]; u32 slots[3]; }", { select: "value.mac" }, [["value.mac", 6]]],
    [
      "struct { u32 a[2]; u32 b[3]; }",
      { select: "value.b,value.a" },
      [
        ["value.b", 3],
        ["value.a", 2],
      ],
    ],
    ["struct { u32 a[2]; u32 b[3]; }", { select: "value.b" }, [["value.b", 3]]],
    ["struct { struct { u32 slots[3]; } h[1]; }", {}, [["value.h[0].slots", 3]]],
  ])("%s, %j", (value, asked, expected) => {
    expect(found({ key: "u32", value }, asked)).toEqual(expected);
  });

  test.each([
    ["struct { u32 a[2]; u32 b[3]; }", "`value` has more than one array that may hold counters (`value.a`, `value.b`)"],
    [
      "struct { struct { u32 s[2]; } h[9]; }",
      "(`value.h[0].s`, `value.h[1].s`, `value.h[2].s`, `value.h[3].s`, …): --select chooses",
    ],
  ])("%s is not chosen from", (value, message) => {
    expect(() => found({ key: "u32", value })).toThrow(message);
  });
});

describe("slots in the key", () => {
  const scale = (text: string): Scale | undefined => parseScale(text);

  test.each<[key: string, value: string, scale: string | undefined, titles: unknown]>([
    ["u32", "u64", undefined, []],
    ["struct { char comm[16]; u64 slot; }", "u64", undefined, ["key.comm"]],
    ["struct { u64 slot; char comm[16]; }", "u64", undefined, ["key.comm"]],
    ["struct { u32 dev; u32 op; u64 slot; }", "struct { u64 count; }", undefined, ["key.dev", "key.op"]],
    ["s8[8]", "s64", "bpftrace", []],
    ["s8[24]", "u8[8]", "bpftrace", ["key"]],
    ["s8[24]", "u64", "linear:0:10:100", ["key"]],
  ])("%s and %s, --scale %s", (key, value, given, titles) => {
    expect(found({ key, value }, {}, given === undefined ? undefined : scale(given))).toEqual(titles);
  });

  test.each<[key: string, value: string, scale?: string]>([
    ["char[16]", "u64"],
    ["s8[8]", "s64"],
    ["struct { u64 first; char comm[16]; }", "u64"],
    ["union { u32 a; u64 b; }", "u64"],
    ["u32", "struct { u64 a; u64 b; }"],
    ["u32", "char[16]"],
    ["s8[7]", "u64", "bpftrace"],
    ["s8[8]", "u8[16]", "bpftrace"],
  ])("none in %s and %s, --scale %s", (key, value, given) => {
    const refused = (): unknown => found({ key, value }, {}, given === undefined ? undefined : scale(given));
    expect(refused).toThrow(
      "-o hist needs a value that is or has one array of integers, or keys that are or have a slot and values that are one integer (--select chooses); `value` is neither",
    );
  });
});
