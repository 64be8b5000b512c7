import { describe, expect, test } from "vitest";
import { BTF_KINDS, type BtfKind, type BtfType } from "../../../src/btf/types.ts";
import type { MapTypes } from "../../../src/reader/map-source.ts";
import { Malformed } from "../../../src/snapshot/malformed.ts";
import { typesFromJson, typesToJson } from "../../../src/snapshot/types-json.ts";
import { typeSource } from "./sample-maps.ts";

const U32 = 0xffff_ffff;

/** One type of each kind, with the edges of its ranges. Type 1 is a struct that holds them all. */
const everyKind: readonly BtfType[] = [
  { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 },
  { kind: "int", name: '\udc80\udcff\u0000"\\', size: U32, encoding: 15, offset: 255, bits: 255 },
  { kind: "array", type: 0, indexType: 0, nelems: U32 },
  { kind: "struct", name: "s", size: 4, members: [{ name: "", type: 0, bitOffset: U32, bitfieldSize: 255 }] },
  { kind: "union", name: "__proto__", size: 0, members: [] },
  {
    kind: "enum",
    name: "e",
    size: 4,
    signed: true,
    values: [
      { name: "LOW", value: -0x8000_0000 },
      { name: "HIGH", value: 0x7fff_ffff },
    ],
  },
  {
    kind: "enum64",
    name: "e64",
    size: 8,
    signed: false,
    values: [
      { name: "ZERO", value: 0n },
      { name: "BEYOND", value: 2n ** 53n + 1n },
      { name: "TOP", value: 2n ** 64n - 1n },
    ],
  },
  { kind: "fwd", name: "f", union: true },
  { kind: "typedef", name: "日本", type: 0 },
  { kind: "volatile", type: 0 },
  { kind: "const", type: 0 },
  { kind: "restrict", type: 0 },
  { kind: "ptr", type: 0 },
  { kind: "func", name: "fn", type: 0, linkage: 2 },
  { kind: "func_proto", type: 0, params: [{ name: "", type: 0 }] },
  { kind: "var", name: "v", type: 0, linkage: 1 },
  { kind: "datasec", name: ".data", size: U32, vars: [{ type: 0, offset: U32, size: U32 }] },
  { kind: "float", name: "double", size: 8 },
  { kind: "decl_tag", name: "tag", type: 0, componentIndex: -1 },
  { kind: "type_tag", name: "tag", type: 0 },
  { kind: "unknown", number: 31 },
];
const holder: BtfType = {
  kind: "struct",
  name: "holder",
  size: 0,
  members: everyKind.map((_, i) => ({ name: "", type: i + 2, bitOffset: 0, bitfieldSize: 0 })),
};
const byId = Object.fromEntries([holder, ...everyKind].map((type, i) => [i + 1, type]));

/** Through JSON text, bigints as strings, as a header has them. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, v) => (typeof v === "bigint" ? String(v) : v)));
}

describe("types there and back", () => {
  const known: MapTypes = { state: "known", types: typeSource(byId, [1, 4, 31]), keyTypeId: 0, valueTypeId: 1 };

  test("the table above has every kind", () => {
    const kinds = new Set<BtfKind>(["void", ...everyKind.map(({ kind }) => kind)]);
    expect([...kinds].sort()).toEqual([...Object.keys(BTF_KINDS), "unknown"].sort());
  });

  test("every kind under its id", () => {
    const back = typesFromJson(throughJson(typesToJson(known)));
    if (back.state !== "known") throw new Error(`they are ${back.state}`);
    expect(back).toMatchObject({ keyTypeId: 0, valueTypeId: 1 });
    expect(back.types).toMatchObject({ littleEndian: true, kinds: [1, 4, 31], fourBitKinds: true });
    expect(back.types.type(0)).toEqual({ kind: "void" });
    for (const [id, type] of Object.entries(byId)) expect(back.types.type(Number(id))).toEqual(type);
  });

  test("an id that isn't there is BTF_INVALID, also one that Object.prototype has", () => {
    const back = typesFromJson(throughJson(typesToJson(known)));
    if (back.state !== "known") throw new Error(`they are ${back.state}`);
    const { types } = back;
    for (const id of [99, -1, 1.5, Number.NaN]) {
      expect(() => types.type(id)).toThrow(expect.objectContaining({ code: "BTF_INVALID", details: { typeId: id } }));
    }
  });

  test.each<MapTypes>([{ state: "none" }, { state: "unavailable", reason: "open BTF id 5: not permitted", errno: 1 }])(
    "$state",
    (types) => {
      expect(typesFromJson(throughJson(typesToJson(types)))).toEqual(types);
    },
  );
});

const base = { keyTypeId: 0, valueTypeId: 1, littleEndian: true, kinds: [], fourBitKinds: true, byId: {} };
const oneType = (type: unknown) => ({ ...base, byId: { 5: type } });
const int = { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 };
const member = { name: "m", type: 1, bitOffset: 0, bitfieldSize: 0 };

describe("types that are refused", () => {
  test.each<[string, unknown, string]>([
    ["a number", 5, '"types" isn\'t an object'],
    ["an array", [], '"types" isn\'t an object'],
    ["nothing in it", {}, '"littleEndian" is missing'],
    ["another state", { state: "known" }, '"state" of the types isn\'t "unavailable"'],
    ["no reason", { state: "unavailable", errno: 1 }, '"reason" is missing'],
    ["a negative errno", { state: "unavailable", reason: "", errno: -1 }, '"errno" isn\'t an integer from 0'],
    ["no byId", { ...base, byId: undefined }, '"byId" is missing'],
    ["an array of types", { ...base, byId: [] }, '"byId" isn\'t an object'],
    ["a key type beyond 32 bits", { ...base, keyTypeId: 2 ** 32 }, '"keyTypeId" isn\'t an integer'],
    ["a value type of 1.5", { ...base, valueTypeId: 1.5 }, '"valueTypeId" isn\'t an integer'],
    ["a value type as text", { ...base, valueTypeId: "1" }, '"valueTypeId" isn\'t an integer'],
    ["kinds out of order", { ...base, kinds: [4, 1] }, '"kinds" isn\'t in ascending order'],
    ["a kind twice", { ...base, kinds: [1, 1] }, '"kinds" isn\'t in ascending order'],
    ["a negative kind", { ...base, kinds: [-1] }, '"kind" isn\'t an integer from 0 to 255'],
    ["kinds as an object", { ...base, kinds: { length: 2 ** 32 } }, '"kinds" isn\'t an array'],
    ["id 0", { ...base, byId: { 0: int } }, '"0" isn\'t a type id'],
    ["id 01", { ...base, byId: { "01": int } }, '"01" isn\'t a type id'],
    ["id -1", { ...base, byId: { "-1": int } }, '"-1" isn\'t a type id'],
    ["id 2^32", { ...base, byId: { 4294967296: int } }, '"4294967296" isn\'t a type id'],
    ["an id that is a word", { ...base, byId: { constructor: int } }, '"constructor" isn\'t a type id'],
    ["a type that is null", oneType(null), "type 5: it isn't an object"],
    ["no kind", oneType({ ...int, kind: undefined }), 'type 5: "kind" is missing'],
    ["a kind that isn't one", oneType({ ...int, kind: "integer" }), 'type 5: there is no kind "integer"'],
    ["a kind that every object has", oneType({ kind: "toString" }), 'type 5: there is no kind "toString"'],
    ["void", oneType({ kind: "void" }), 'type 5: there is no kind "void"'],
    ["an int without a name", oneType({ ...int, name: undefined }), 'type 5: "name" is missing'],
    ["a name that is a number", oneType({ ...int, name: 5 }), 'type 5: "name" isn\'t a string'],
    ["a negative size", oneType({ ...int, size: -1 }), 'type 5: "size" isn\'t an integer'],
    ["bits as null", oneType({ ...int, bits: null }), 'type 5: "bits" isn\'t an integer'],
    ["256 bits", oneType({ ...int, bits: 256 }), 'type 5: "bits" isn\'t an integer from 0 to 255'],
    ["too many elements", oneType({ kind: "array", type: 1, indexType: 1, nelems: 2 ** 32 }), '"nelems" isn\'t'],
    [
      "members as an object",
      oneType({ kind: "struct", name: "", size: 4, members: { length: 9 } }),
      '"members" isn\'t',
    ],
    [
      "a member that is text",
      oneType({ kind: "struct", name: "", size: 4, members: ["m"] }),
      'an element of "members"',
    ],
    [
      "a member of a negative offset",
      oneType({ kind: "union", name: "", size: 4, members: [{ ...member, bitOffset: -8 }] }),
      'type 5: "bitOffset" isn\'t an integer',
    ],
    [
      "an enum that isn't signed or not",
      oneType({ kind: "enum", name: "", size: 4, signed: 1, values: [] }),
      '"signed" isn\'t',
    ],
    [
      "an enum value beyond 32 bits",
      oneType({ kind: "enum", name: "", size: 4, signed: true, values: [{ name: "A", value: 2 ** 31 }] }),
      '"value" isn\'t an integer from -2147483648 to 2147483647',
    ],
    ...["18446744073709551616", "-1", "0x1", "", "1e3", 5, "9".repeat(1000)].map((value): [string, unknown, string] => [
      `an enum64 value of ${JSON.stringify(value).slice(0, 30)}`,
      oneType({ kind: "enum64", name: "", size: 8, signed: true, values: [{ name: "A", value }] }),
      '"value" isn\'t a string of digits from 0 to 18446744073709551615',
    ]),
    ["a fwd without a kind", oneType({ kind: "fwd", name: "f" }), '"union" is missing'],
    ["a pointer to nowhere", oneType({ kind: "ptr" }), '"type" is missing'],
    [
      "a component -2^31 - 1",
      oneType({ kind: "decl_tag", name: "", type: 1, componentIndex: -(2 ** 31) - 1 }),
      '"componentIndex"',
    ],
  ])("%s", (_, value, reason) => {
    const json = throughJson(value);
    expect(() => typesFromJson(json)).toThrow(Malformed);
    expect(() => typesFromJson(json)).toThrow(reason);
  });

  test("a field that nobody knows is ignored, and not carried along", () => {
    const types = typesFromJson(oneType({ ...int, align: 4 }));
    if (types.state !== "known") throw new Error(`they are ${types.state}`);
    expect(types.types.type(5)).toEqual(int);
  });
});
