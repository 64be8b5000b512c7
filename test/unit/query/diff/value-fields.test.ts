import { expect, test } from "vitest";
import { comparedFields, leafFields } from "../../../../src/query/diff/value-fields.ts";
import { layoutOf, queryOf } from "../typed-rows.ts";

const VALUE =
  "struct bpf_timer { u64 o[2]; }; " +
  "struct { u32 n; struct { u8 a; union { u8 b; u8 c; }; }; u8 few[2]; u8 many[65]; char comm[4]; struct bpf_timer t; struct bpf_timer ts[2]; }";

test("the leaves of a value are compared, those of the kernel are not", () => {
  expect([...comparedFields(queryOf({ key: "u32", value: VALUE })).keys()]).toEqual([
    "value.n",
    "value.a",
    "value.b",
    "value.c",
    "value.few[0]",
    "value.few[1]",
    "value.many",
    "value.comm",
  ]);
});

test("of a selection, the fields of the value that hold data", () => {
  const select = "key,value.few,value.t,value.t.o,value.ts[1].o[0],value.n";
  const query = queryOf({ key: "u32", value: VALUE }, { select });
  expect([...comparedFields(query).keys()]).toEqual(["value.few", "value.n"]);
});

test.each([
  ["u64", ["value"]],
  ["struct bpf_spin_lock { u32 val; }; struct bpf_spin_lock", []],
  ["char[16]", ["value"]],
])("a value that is no record: %s", (value, paths) => {
  expect([...comparedFields(queryOf({ key: "u32", value })).keys()]).toEqual(paths);
});

test("leaves of keys, too, with or without elements", () => {
  const entryTypes = { key: layoutOf("struct { u8 ip[4]; }"), value: layoutOf("u8[2]"), untyped: undefined };
  expect([...leafFields(entryTypes, { elements: 0 }).keys()]).toEqual(["key.ip", "value"]);
  expect([...leafFields(entryTypes, { elements: 4 }).keys()]).toEqual([
    "key.ip[0]",
    "key.ip[1]",
    "key.ip[2]",
    "key.ip[3]",
    "value[0]",
    "value[1]",
  ]);
  expect([...leafFields({ ...entryTypes, key: undefined }, { elements: 0 }).keys()]).toEqual(["value"]);
});

test("a value that begins with a special field is still compared as a whole", () => {
  const value = "struct bpf_spin_lock { u32 val; }; struct { struct bpf_spin_lock lock; u32 n; }";
  const query = queryOf({ key: "u32", value }, { select: "value,value.lock.val" });
  expect([...comparedFields(query).keys()]).toEqual(["value"]);
});
