import { expect, test } from "vitest";
import { FileNames } from "../../../src/codegen/identifiers.ts";
import { bracketed, Names } from "../../../src/codegen/names.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { declared } from "../../helpers/generated-layouts.ts";

function named(layout: Layout, hint = "conns value"): Names {
  const names = new Names(new FileNames());
  names.add(layout, hint);
  return names;
}

test.each([
  ["u32", "number"],
  ["u64", "bigint"],
  ["__int128", "bigint"],
  ["bool", "boolean"],
  ["double", "number"],
  ["void *", "bigint"],
  ["enum state { A }", "State | number"],
  ["enum big { A = 0x100000000 }", "Big | number | bigint"],
  ["char[16]", "string | readonly number[]"],
  ["u8[16]", "readonly number[]"],
  ["enum { A }[2]", "readonly (ConnsValueElement | number)[]"],
  ["struct conn { u32 a; }", "Conn"],
  ["struct { u32 a; }", "ConnsValue"],
])("%s is a %s", (text, type) => {
  const layout = declared(text);
  expect(named(layout).type(layout)).toBe(type);
});

test("bit-fields are numbers of their width", () => {
  const layout = declared("struct { u64 narrow : 53; u64 wide : 54; }");
  const names = named(layout);
  const fields = layout.kind === "struct" ? layout.fields : [];
  expect(fields.map((field) => names.fieldType(field))).toEqual(["number", "bigint"]);
});

test("each type is declared once, behind those that it is made of", () => {
  const names = new Names(new FileNames());
  names.add(declared("struct addr { u32 ip; }"), "conns key");
  names.add(
    declared("struct addr { u32 ip; }; struct conn { struct addr from, to; struct { u8 x; } more[2]; }"),
    "conns value",
  );
  expect(names.decoded.map((layout) => names.of(layout))).toEqual(["Addr", "ConnMoreElement", "ConnMore", "Conn"]);
});

test("aggregates have names of their own, and lists where CPUs may differ", () => {
  const names = new Names(new FileNames());
  const value = declared("struct conn { u32 a; }");
  const u8 = declared("u8");
  const counted: Layout = {
    kind: "array",
    size: 6,
    element: u8,
    length: 2,
    charsDirect: false,
    counted: true,
    typeName: "",
    tagged: false,
  };
  const sum: Layout = {
    ...value,
    size: 6,
    fields: [{ name: "a", bitOffset: 0, bitfieldBits: 0, layout: counted }],
  } as Layout;
  names.add(value, "conns value");
  names.addAggregate(sum, "conns value", "_sum");
  expect([names.of(value), names.of(sum), names.type(counted)]).toEqual([
    "Conn",
    "ConnSum",
    "number | readonly number[]",
  ]);
  expect(names.aggregated).toContain(sum);
});

test("a union is bracketed as the element of a list", () => {
  expect([bracketed("number"), bracketed("A | B")]).toEqual(["number", "(A | B)"]);
});
