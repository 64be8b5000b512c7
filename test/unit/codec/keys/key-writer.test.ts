import { describe, expect, test } from "vitest";
import { compileWriter, type Spelling } from "../../../../src/codec/keys/key-writer.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

function written(layout: Layout, value: unknown, spelling?: Spelling): string {
  const to = { bytes: new Uint8Array(layout.size), written: new Uint8Array(layout.size) };
  compileWriter(layout, spelling)(to, 0, value);
  return Buffer.from(to.bytes).toString("hex");
}

test.each<[type: string, value: unknown, hex: string]>([
  ["u16", 258, "0201"],
  ["struct { u8 a; u32 b; }", { b: 1, a: 255 }, "ff00000001000000"],
  ["struct { struct { u8 a; }; u8 b; }", { a: 1, b: 2 }, "0102"],
  ["struct { struct { u8 a; } inner; u8 b; }", { inner: { a: 1 }, b: 2 }, "0102"],
  ["struct { u8 a : 3; u8 b : 5; }", { a: 5, b: 31 }, "fd"],
  ["struct { bool a : 1; bool b : 1; }", { a: false, b: true }, "02"],
  ["struct { enum { X, Y } a : 2; u32 b : 30; }", { a: "Y", b: 0 }, "01000000"],
  ["struct { u8 none[0]; u8 a; }", { none: [], a: 1 }, "01"],
  ["struct { struct { u8 a; } list[2]; }", { list: [{ a: 1 }, { a: 2 }] }, "0102"],
  ["union { u16 w; u8 b; }", { b: 7 }, "0700"],
  ["union { u16 w; u8 b; }", { w: 0x0107, b: 7 }, "0701"],
  ["struct { union { u16 w; u8 b; }; u8 c; }", { b: 7, c: 9 }, "07000900"],
  ["void *", "0xff", "ff00000000000000"],
])("%s from %j", (type, value, hex) => {
  expect(written(declared(type), value)).toBe(hex);
});

describe("the place of a mistake", () => {
  test.each<[type: string, value: unknown, path: string, kind: string]>([
    ["struct { struct { u8 a; } in[2]; }", { in: [{ a: 1 }, { a: 256 }] }, ".in[1].a", "range"],
    ["struct { struct { u8 a; }; }", { a: 256 }, ".a", "range"],
    ["struct { u8 a; }", {}, ".a", "range"],
    ["struct { u8 a; }", { a: 1, b: 2 }, "", "field"],
    ["struct { u8 a; }", [1], "", "object"],
    ["struct { u8 a; }", null, "", "object"],
    ["union { u16 w; u8 b; }", {}, "", "member"],
    ["union { u16 w; u8 b; }", { w: 1, b: 2 }, ".b", "overlap"],
    ["struct { u8 a : 3; }", { a: 8 }, ".a", "range"],
  ])("%s from %j is at %j", (type, value, path, kind) => {
    expect(() => written(declared(type), value)).toThrow(
      expect.objectContaining({ path, problem: expect.objectContaining({ kind }) }),
    );
  });
});

describe("a spelling", () => {
  const spelling = (bytes: Spelling["bytes"], members: Spelling["members"] = () => undefined): Spelling => ({
    bytes,
    members,
  });

  test("goes before the writer of a type, at its offset", () => {
    const hex = spelling((layout, value) => (value === "fill" ? Buffer.alloc(layout.size, 0xaa) : undefined));
    expect(written(declared("struct { u8 a; u16 b[2]; }"), { a: 1, b: ["fill", 2] }, hex)).toBe("0100aaaa0200");
    expect(written(declared("struct { u8 a; u16 b; }"), "fill", hex)).toBe("aaaaaaaa");
  });

  test("is not asked about bit-fields", () => {
    const always = spelling(() => Uint8Array.of(0xff));
    expect(
      written(
        declared("struct { u8 a : 3; }"),
        { a: 1 },
        spelling((layout, value) => (layout.kind === "int" ? always.bytes(layout, value) : undefined)),
      ),
    ).toBe("01");
  });

  test("checks the members of records, anonymous ones as part of the outer one", () => {
    const seen: string[][] = [];
    const checking = spelling(
      () => undefined,
      (_layout, members, given) => {
        seen.push(
          [...given],
          members.map(({ name }) => name),
        );
      },
    );
    written(declared("struct { struct { u8 a; }; u8 b; }"), { a: 1, b: 2 }, checking);
    expect(seen).toEqual([
      ["a", "b"],
      ["", "b"],
    ]);
  });
});
