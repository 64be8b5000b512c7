import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { typeName } from "../../../src/btf/type-name.ts";
import type { SearchableTypes } from "../../../src/btf/types.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { bytesType, type GivenTypes, givenTypes, type TypedMap } from "../../../src/schema/given-types.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { addDefinition, declareMaps } from "../../helpers/declared-maps.ts";

const HASH = 1;
const ARRAY = 2;
const HASH_OF_MAPS = 13;

/** Declarations whose names the kernel cuts to `devmap_xmit_cnt`, and others. */
function program(): SearchableTypes {
  const b = new BtfBuilder();
  const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
  const datarec = b.struct("datarec", 8, [{ name: "processed", type: u64, bitOffset: 0 }]);
  const other = b.struct("other", 8, [{ name: "other", type: u64, bitOffset: 0 }]);
  const inner = addDefinition(b, { numbers: { type: HASH }, types: { key: u32, value: other } }, "inner_map");
  declareMaps(b, [
    { name: "devmap_xmit_cnt", numbers: { type: ARRAY }, types: { key: u32, value: datarec } },
    { name: "devmap_xmit_cnt_multi", numbers: { type: HASH }, types: { key: u64, value: datarec } },
    { name: "a_rather_long_name_one", numbers: { type: HASH }, types: { key: u32, value: datarec } },
    { name: "a_rather_long_name_two", numbers: { type: HASH }, types: { key: u32, value: other } },
    { name: "a_rather_long_list", numbers: { type: ARRAY }, types: { key: u32, value: other } },
    { name: "sizes", numbers: { type: HASH, key_size: 4, value_size: 16 } },
    { name: "half", numbers: { type: HASH, value_size: 8 }, types: { key: u32 } },
    { name: "outer", numbers: { type: HASH_OF_MAPS, value_size: 4 }, types: { key: u32 }, values: inner },
    { name: "jumps", numbers: { type: 3, key_size: 4, value_size: 4 }, values: b.funcProto(0) },
  ]);
  b.struct("twice", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
  b.struct("twice", 8, [{ name: "a", type: u64, bitOffset: 0 }]);
  return parseBtf(b.build());
}

const btf = program();
const NOTHING: GivenTypes = { btf, key: undefined, value: undefined };

function map(name: string, type: number, keySize: number, valueSize: number, more: Partial<TypedMap> = {}): TypedMap {
  return { label: `map id 7 (${name})`, name, type, keySize, valueSize, ...more };
}

/** The names of the types that are found, the inner ones behind. */
function found(given: Partial<GivenTypes>, of: TypedMap): string[] {
  const { types, keyTypeId, valueTypeId, inner } = givenTypes({ ...NOTHING, ...given }, of);
  const within = inner?.({ keySize: 4, valueSize: 8 });
  const ids = [keyTypeId, valueTypeId, ...(within === undefined ? [] : [within.keyTypeId, within.valueTypeId])];
  return ids.map((id) => typeName(types, id));
}

function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EbpfMapError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "nothing was thrown";
}

describe("of declarations whose names the kernel cuts to one", () => {
  const CUT = "a_rather_long_n";

  test("the sizes decide, also against the exact name", () => {
    expect(found({}, map("devmap_xmit_cnt", ARRAY, 4, 8))).toEqual(["u32", "struct datarec"]);
    expect(found({}, map("devmap_xmit_cnt", HASH, 8, 8))).toEqual(["u64", "struct datarec"]);
  });

  test("the map's type decides", () => {
    expect(found({}, map("a_rather_long_l", ARRAY, 4, 8))).toEqual(["u32", "struct other"]);
  });

  test("the pin's file name decides", () => {
    expect(found({}, map(CUT, HASH, 4, 8, { pin: "a_rather_long_name_two" }))).toEqual(["u32", "struct other"]);
    expect(found({}, map(CUT, HASH, 4, 8, { pin: "a_rather_long_name_one" }))).toEqual(["u32", "struct datarec"]);
    expect(found({}, map("", ARRAY, 4, 8, { pin: "devmap_xmit_cnt" }))).toEqual(["u32", "struct datarec"]);
  });

  test("the user decides", () => {
    const declaration = "a_rather_long_name_two";
    expect(found({ declaration }, map(CUT, HASH, 4, 8))).toEqual(["u32", "struct other"]);
    expect(found({ declaration }, map("renamed", HASH, 4, 8))).toEqual(["u32", "struct other"]);
  });

  test("otherwise both are listed", () => {
    const message =
      "TYPE_INVALID find the types of map id 7 (a_rather_long_n): the BTF declares several maps that it may be: a_rather_long_name_one, a_rather_long_name_two (--btf FILE:NAME names one)";
    expect(failure(() => found({}, map(CUT, HASH, 4, 8)))).toBe(message);
    expect(failure(() => found({}, map(CUT, HASH, 4, 8, { pin: "elsewhere" })))).toBe(message);
    expect(found({ key: "u32", value: "other" }, map(CUT, HASH, 4, 8))).toEqual(["u32", "struct other"]);
  });

  test("a name that isn't cut is no prefix", () => {
    expect(failure(() => found({}, map("a_rather", HASH, 4, 8)))).toMatch(/declares no map of its name/);
  });
});

describe("a map without a name", () => {
  test("has the types of the declaration with its sizes, and a note says so", () => {
    expect(found({}, map("", 0, 8, 8))).toEqual(["u64", "struct datarec"]);
    const { note } = givenTypes(NOTHING, map("", 0, 8, 8));
    expect(note).toContain("these are the types of 'devmap_xmit_cnt_multi'");
  });

  test("may be several of them", () => {
    const several = /it may be: devmap_xmit_cnt, a_rather_long_name_one, a_rather_long_name_two/;
    expect(failure(() => found({}, map("", 0, 4, 8)))).toMatch(several);
    expect(found({}, map("", HASH_OF_MAPS, 4, 4, { holdsIds: true })).slice(0, 2)).toEqual(["u32", "unsigned int"]);
  });

  test("may be none", () => {
    expect(failure(() => found({}, map("", 0, 3, 8)))).toContain("declares no map of its name");
  });

  test("has the types that are named", () => {
    expect(found({ declaration: "devmap_xmit_cnt_multi" }, map("", 0, 8, 8))).toEqual(["u64", "struct datarec"]);
    expect(givenTypes({ ...NOTHING, declaration: "devmap_xmit_cnt_multi" }, map("", 0, 8, 8)).note).toBeUndefined();
  });
});

test("a name that isn't declared is answered with what is", () => {
  expect(failure(() => found({}, map("conns", HASH, 4, 8)))).toBe(
    "TYPE_INVALID find the types of map id 7 (conns): the BTF declares no map of its name (it declares devmap_xmit_cnt, devmap_xmit_cnt_multi, a_rather_long_name_one, a_rather_long_name_two, a_rather_long_list, sizes, half, outer and 1 more; --btf FILE:NAME names one; --key-type and --value-type name them)",
  );
  expect(failure(() => found({ declaration: "ouster" }, map("conns", HASH, 4, 8)))).toMatch(
    /declares no map 'ouster'; did you mean `outer`\?$/,
  );
  const empty = parseBtf(new BtfBuilder().build());
  expect(failure(() => found({ btf: empty, declaration: "x" }, map("conns", HASH, 4, 8)))).toMatch(
    /declares no map 'x' \(it declares none\)$/,
  );
});

describe("a declaration of sizes alone", () => {
  test("shows bytes and says so", () => {
    const given = givenTypes(NOTHING, map("sizes", HASH, 4, 16));
    expect(given.note).toBe(
      "the BTF declares 'sizes' without a type for its keys and values, which are shown as bytes (--key-type and --value-type name them)",
    );
    expect(found({}, map("sizes", HASH, 4, 16))).toEqual(["u8[4]", "u8[16]"]);
  });

  test("of one side says which", () => {
    expect(givenTypes(NOTHING, map("half", HASH, 4, 8)).note).toMatch(/without a type for its values, which/);
    expect(givenTypes({ ...NOTHING, value: "u64" }, map("half", HASH, 4, 8)).note).toBeUndefined();
    expect(givenTypes({ ...NOTHING, value: "u64" }, map("sizes", HASH, 4, 8)).note).toMatch(/for its keys, which/);
  });

  test("is none where the types are declared", () => {
    expect(givenTypes(NOTHING, map("devmap_xmit_cnt", ARRAY, 4, 8))).not.toHaveProperty("note");
  });
});

describe("values that are ids", () => {
  test("are numbers, and the inner maps have the template's types", () => {
    const outer = map("outer", HASH_OF_MAPS, 4, 4, { holdsIds: true });
    expect(found({}, outer)).toEqual(["u32", "unsigned int", "u32", "struct other"]);
    expect(givenTypes(NOTHING, outer)).not.toHaveProperty("note");
  });

  test("a struct of inner maps that compilers write by its name alone is bytes, and a note says so", () => {
    const b = new BtfBuilder();
    const u32 = b.int("u32", 4);
    const inner = addDefinition(b, { numbers: { type: HASH }, types: { key: u32, value: b.fwd("conn") } }, "inner_map");
    const numbers = { type: HASH_OF_MAPS, value_size: 4 };
    declareMaps(b, [{ name: "outer", numbers, types: { key: u32 }, values: inner }]);
    const outer = map("outer", HASH_OF_MAPS, 4, 4, { holdsIds: true });
    const given = { ...NOTHING, btf: parseBtf(b.build()) };
    expect(found(given, outer)).toEqual(["u32", "unsigned int", "u32", "u8[8]"]);
    expect(givenTypes(given, outer).note).toBe(
      "of the maps in it, the BTF has struct conn by name alone: they are shown as bytes",
    );
  });

  test("inner maps of another size than the template's are bytes", () => {
    const { inner, types } = givenTypes(NOTHING, map("outer", HASH_OF_MAPS, 4, 4, { holdsIds: true }));
    const within = inner?.({ keySize: 4, valueSize: 24 });
    expect(typeName(types, within?.valueTypeId ?? 0)).toBe("u8[24]");
  });

  test("of programs are numbers, too", () => {
    const jumps = map("jumps", 3, 4, 4, { holdsIds: true });
    expect(found({}, jumps)).toEqual(["u8[4]", "unsigned int"]);
    expect(givenTypes(NOTHING, jumps).note).toMatch(/for its keys/);
  });

  test("have the type that is given, if one is", () => {
    const outer = map("outer", HASH_OF_MAPS, 4, 4, { holdsIds: true });
    expect(found({ value: "u8[4]" }, outer).slice(0, 2)).toEqual(["u32", "u8[4]"]);
  });
});

test("of several types with one name the map's size decides", () => {
  expect(givenTypes({ ...NOTHING, key: "u32", value: "struct twice" }, map("m", HASH, 4, 8)).valueTypeId).toBe(
    btf.idsByName("twice")[1],
  );
  expect(givenTypes({ ...NOTHING, key: "u32", value: "twice" }, map("m", HASH, 4, 4)).valueTypeId).toBe(
    btf.idsByName("twice")[0],
  );
});

test.each<[Partial<GivenTypes>, string]>([
  [
    { value: "u32" },
    "LAYOUT_INVALID read map id 7 (devmap_xmit_cnt): the value type has 4 bytes, the map's values have 8",
  ],
  [{ key: "u64" }, "LAYOUT_INVALID read map id 7 (devmap_xmit_cnt): the key type has 8 bytes, the map's keys have 4"],
  [{ value: "void" }, "TYPE_INVALID read the value type of map id 7 (devmap_xmit_cnt): void has no bytes"],
  [
    { value: "datarek" },
    "TYPE_INVALID read type 'datarek': column 1: there is no type 'datarek'; did you mean `struct datarec`?",
  ],
])("%j is refused", (given, message) => {
  expect(failure(() => found(given, map("devmap_xmit_cnt", ARRAY, 4, 8)))).toBe(message);
});

test("arrays of bytes are declared once in a table", () => {
  const table = new TypeTable();
  expect(bytesType(table, 4)).toBe(bytesType(table, 4));
  expect(bytesType(table, 4)).not.toBe(bytesType(table, 5));
});
