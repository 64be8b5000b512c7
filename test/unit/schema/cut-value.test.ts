import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import {
  cutFields,
  endsOpen,
  extentIn,
  isLastField,
  lastFieldOffsets,
  withRoom,
} from "../../../src/schema/cut-value.ts";
import type { Layout, RecordLayout } from "../../../src/schema/layout.ts";
import { findType } from "../../../src/stream/type-library.ts";

function typeOf(declaration: string): RecordLayout {
  const missing = (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`);
  const { layout } = findType({ btfs: () => [], missing }, declaration);
  if (layout.kind !== "struct" && layout.kind !== "union") throw new Error(`${declaration} is no record`);
  return layout;
}

/** What there is of each field in so many bytes, as text. */
function extents(declaration: string, length: number): Record<string, string> {
  const fields = cutFields(typeOf(declaration), true).map((field) => {
    const extent = extentIn(field, length);
    return [field.name, extent.kind === "elements" ? String(extent.count) : extent.kind];
  });
  return Object.fromEntries(fields);
}

const OPEN = "struct { u32 kind, len; char data[]; }";
const ARGS = "struct { u32 pid; char comm[4]; u16 args[4]; }";
const NESTED = "struct { u64 id; struct { u16 a, b; u8 rest[4]; } tail; }";
const MIDDLE = "struct { struct { u16 a, b; u8 c[4]; } head; u32 end; }";
const UNION = "struct { u32 kind; union { u64 wide; u8 raw[12]; struct { u16 x, y; }; }; }";
const BITS = "struct { u32 a : 5, b : 11, c : 16; u8 d[2]; }";

describe("extentIn", () => {
  test.each([
    [OPEN, 0, { kind: "missing", len: "missing", data: "missing" }],
    [OPEN, 4, { kind: "whole", len: "missing", data: "missing" }],
    [OPEN, 7, { kind: "whole", len: "missing", data: "missing" }],
    [OPEN, 8, { kind: "whole", len: "whole", data: "0" }],
    [OPEN, 100, { kind: "whole", len: "whole", data: "92" }],
    [ARGS, 3, { pid: "missing", comm: "missing", args: "missing" }],
    [ARGS, 6, { pid: "whole", comm: "missing", args: "missing" }],
    [ARGS, 8, { pid: "whole", comm: "whole", args: "0" }],
    [ARGS, 11, { pid: "whole", comm: "whole", args: "1" }],
    [ARGS, 15, { pid: "whole", comm: "whole", args: "3" }],
    [ARGS, 16, { pid: "whole", comm: "whole", args: "whole" }],
    [ARGS, 17, { pid: "whole", comm: "whole", args: "whole" }],
    [NESTED, 8, { id: "whole", tail: "missing" }],
    [NESTED, 11, { id: "whole", tail: "members" }],
    [NESTED, 16, { id: "whole", tail: "whole" }],
    [MIDDLE, 5, { head: "members", end: "missing" }],
    [UNION, 4, { kind: "whole", wide: "missing", raw: "missing", x: "missing", y: "missing" }],
    [UNION, 10, { kind: "whole", wide: "missing", raw: "2", x: "whole", y: "missing" }],
    [UNION, 16, { kind: "whole", wide: "whole", raw: "8", x: "whole", y: "whole" }],
    [BITS, 1, { a: "whole", b: "missing", c: "missing", d: "missing" }],
    [BITS, 2, { a: "whole", b: "whole", c: "missing", d: "missing" }],
    [BITS, 5, { a: "whole", b: "whole", c: "whole", d: "1" }],
  ])("%s of %i bytes", (declaration, length, expected) => {
    expect(extents(declaration, length)).toEqual(expected);
  });

  test("an array that isn't at the end is whole or missing, also within a record that was cut", () => {
    const [head] = cutFields(typeOf(MIDDLE), true);
    const inner = cutFields(head?.layout as RecordLayout, head?.isLast === true);
    expect(inner.map((field) => extentIn(field, 6).kind)).toEqual(["whole", "whole", "missing"]);
  });
});

describe("types that end open", () => {
  test.each([
    [OPEN, true],
    [ARGS, false],
    ["struct { u32 n; struct { u8 a; u16 b[]; } tail; }", true],
    ["struct { u32 n; union { u64 one; u8 many[0]; }; }", true],
    ["struct { u8 none[0]; u32 n; }", false],
  ])("%s: %s", (declaration, isOpen) => {
    expect(endsOpen(typeOf(declaration))).toBe(isOpen);
  });

  test("withRoom gives the array as many elements as fit, at its place", () => {
    const roomy = withRoom(typeOf("struct { u32 n; struct { u16 a; u16 b[]; } tail; }"), 21) as RecordLayout;
    expect(roomy.size).toBe(21);
    const tail = roomy.fields[1]?.layout as RecordLayout;
    expect(tail.fields[1]?.layout).toMatchObject({ kind: "array", length: 7 });
  });

  test("withRoom leaves other types as they are", () => {
    const layout = typeOf(ARGS);
    expect(withRoom(layout, 1000)).toBe(layout);
  });

  test("unions of unions cost no more than their types", () => {
    let layout: Layout = typeOf("struct { u8 n; char data[]; }");
    for (let depth = 0; depth < 60; depth++) {
      const field = (name: string): RecordLayout["fields"][number] => ({ name, bitOffset: 0, bitfieldBits: 0, layout });
      layout = { kind: "union", typeName: "", tagged: false, size: 1, fields: [field("a"), field("b")] };
    }
    expect(endsOpen(layout)).toBe(true);
    expect(withRoom(layout, 100).size).toBe(100);
    expect(lastFieldOffsets(layout).size).toBe(62);
  });
});

test("lastFieldOffsets are those that a value may end in", () => {
  const layout = typeOf(NESTED);
  const places = lastFieldOffsets(layout);
  const [id, tail] = layout.fields;
  const rest = tail?.layout.kind === "struct" ? tail.layout.fields[2] : undefined;
  if (id === undefined || tail === undefined || rest === undefined) throw new Error("the type has other fields");
  expect(isLastField(places, id)).toBe(false);
  expect(isLastField(places, tail)).toBe(true);
  expect(isLastField(places, { ...rest, bitOffset: tail.bitOffset + rest.bitOffset })).toBe(true);
  expect(isLastField(places, rest)).toBe(false);
});
