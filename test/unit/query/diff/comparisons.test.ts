import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileComparisons, type RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { bytesOf, type KeyValue, layoutOf, queryOf } from "../typed-rows.ts";

function rowOf(type: string, value: KeyValue | Uint8Array): RowLocation {
  const bytes = value instanceof Uint8Array ? value : bytesOf(layoutOf(type), value);
  const values = new Uint8Array(8 + bytes.length);
  values.set(bytes, 8);
  const keys = new Uint8Array(4);
  return { keys, keysView: viewOf(keys), k: 0, values, valuesView: viewOf(values), v: 8, cpu: 0 };
}

/** The names of the fields in which two values differ. */
function differing(
  [typeA, a]: readonly [string, KeyValue | Uint8Array],
  [typeB, b]: readonly [string, KeyValue | Uint8Array],
  select?: string,
): string[] {
  const asked = select === undefined ? {} : { select };
  const queries = [typeA, typeB].map((value) => queryOf({ key: "u32", value }, asked));
  const comparisons = compileComparisons(queries[0] as (typeof queries)[0], queries[1] as (typeof queries)[0]);
  const [x, y] = [rowOf(typeA, a), rowOf(typeB, b)];
  return comparisons.filter(({ differs }) => differs(x, y)).map(({ pair }) => pair.name);
}

const NAN_A = Uint8Array.from([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
const NAN_B = Uint8Array.from([1, 0, 0, 0, 0, 0, 0xf8, 0xff]);

describe("scalars are compared as values", () => {
  test.each<[string, readonly [string, KeyValue | Uint8Array], readonly [string, KeyValue | Uint8Array], boolean]>([
    ["2^53 and 2^53 + 1", ["u64", 2n ** 53n], ["u64", 2n ** 53n + 1n], true],
    ["2^64 - 1 twice", ["u64", 2n ** 64n - 1n], ["u64", 2n ** 64n - 1n], false],
    ["a u32 and a u64 of one number", ["u32", 7], ["u64", 7], false],
    ["a u32 and a u64 of another", ["u32", 7], ["u64", 2n ** 32n + 7n], true],
    ["the same bits with and without a sign", ["s32", -1], ["u32", 2 ** 32 - 1], true],
    ["the least s64", ["s64", -(2n ** 63n)], ["s64", 2n ** 63n - 1n], true],
    ["one NaN and another", ["double", NAN_A], ["double", NAN_B], false],
    ["NaN and a number", ["double", NAN_A], ["double", 0], true],
    ["NaN and an integer", ["double", NAN_A], ["u64", 0], true],
    ["0 and -0", ["double", 0], ["double", -0], true],
    ["a double and an integer of one number", ["double", 3], ["u8", 3], false],
    ["bools of different bytes", ["_Bool", Uint8Array.of(1)], ["_Bool", Uint8Array.of(2)], false],
    [
      "text and what lies behind its NUL",
      ["char[4]", Uint8Array.of(97, 0, 1, 2)],
      ["char[4]", Uint8Array.of(97, 0, 3, 4)],
      false,
    ],
    ["text of another room", ["char[4]", "ab"], ["char[8]", "ab"], false],
    ["text and a number", ["char[4]", ""], ["u32", 0], true],
  ])("%s", (_, a, b, differs) => {
    expect(differing(a, b)).toEqual(differs ? ["value"] : []);
  });
});

describe("fields", () => {
  const TYPE = "struct { u32 a; u8 low : 3; u8 high : 5; u32 list[3]; u32 long_list[70]; struct { u16 x, y; } at; }";
  const zero = { a: 0, low: 0, high: 0, list: [0, 0, 0], long_list: new Array<number>(70).fill(0), at: { x: 0, y: 0 } };

  test.each<[string, KeyValue, string[]]>([
    ["nothing", zero, []],
    ["one bit-field, not its neighbour", { ...zero, low: 7 }, ["low"]],
    ["an element of a short array", { ...zero, list: [0, 1, 0] }, ["list[1]"]],
    ["an element of a long array", { ...zero, long_list: [...zero.long_list.slice(1), 1] }, ["long_list"]],
    ["a nested one", { ...zero, at: { x: 0, y: 2 } }, ["at.y"]],
  ])("%s", (_, value, expected) => {
    expect(differing([TYPE, zero], [TYPE, value])).toEqual(expected);
  });

  test("those that only one side has are not compared; those of another place are", () => {
    const [a, b] = ["struct { u32 x; u32 y; }", "struct { u64 pad; u32 y; }"];
    expect(differing([a, { x: 1, y: 2 }], [b, { pad: 3, y: 2 }])).toEqual([]);
    expect(differing([a, { x: 1, y: 2 }], [b, { pad: 3, y: 4 }])).toEqual(["y"]);
  });

  test("arrays of another size differ", () => {
    expect(differing(["u32[70]", new Array<number>(70).fill(0)], ["u32[71]", new Array<number>(71).fill(0)])).toEqual([
      "value",
    ]);
  });

  test("only what is selected is compared", () => {
    expect(differing([TYPE, zero], [TYPE, { ...zero, a: 1, low: 1 }], "value.low,key")).toEqual(["low"]);
  });
});

describe("fields that belong to the kernel", () => {
  const RECORD =
    "struct bpf_spin_lock { u32 val; }; struct bpf_list_head { u64 a; u64 b; }; " +
    "struct { u64 n; struct bpf_spin_lock lock; struct bpf_list_head list; } ";
  const value = (n: number, lock: number, list: bigint): KeyValue => ({
    n,
    lock: { val: lock },
    list: { a: list, b: list },
  });

  test("are the same whatever they show", () => {
    expect(differing([RECORD, value(1, 0, 1n)], [RECORD, value(1, 9, 0xffff_8880_0000_0000n)])).toEqual([]);
    expect(differing([RECORD, value(1, 0, 1n)], [RECORD, value(2, 9, 2n)])).toEqual(["n"]);
  });

  test("also where they are selected", () => {
    expect(differing([RECORD, value(1, 0, 1n)], [RECORD, value(2, 1, 2n)], "value.lock,value.list")).toEqual([]);
  });

  test("also in arrays that are compared as a whole", () => {
    const type = "struct bpf_timer { u64 o[2]; }; struct slot { struct bpf_timer t; u64 n; }; struct slot[80]";
    const slots = (timer: number, n: number): KeyValue =>
      Array.from({ length: 80 }, () => ({ t: { o: [timer, timer] }, n }));
    expect(differing([type, slots(1, 5)], [type, slots(2, 5)])).toEqual([]);
    expect(differing([type, slots(1, 5)], [type, slots(1, 6)])).toEqual(["value"]);
  });
});
