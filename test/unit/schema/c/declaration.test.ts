import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadBtf } from "../../../../src/btf/load.ts";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { declareType } from "../../../../src/schema/c/declaration.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { TypeTable } from "../../../../src/schema/type-table.ts";
import { run } from "../../../helpers/bpftools.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { connectionBtf } from "../../../helpers/connections.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

function declared(text: string, table = new TypeTable()): Layout {
  return layoutFromBtf(table, declareType(table, text));
}

/** `name@bits+width` of each member, and the size. */
function shape(layout: Layout): string {
  if (layout.kind !== "struct" && layout.kind !== "union") return `${layout.kind} ${layout.size}`;
  const fields = layout.fields.map(({ name, bitOffset, bitfieldBits, layout: type }) => {
    return `${name || "?"}@${bitOffset}${bitfieldBits > 0 ? `:${bitfieldBits}` : ""}+${type.size}`;
  });
  return `${[...fields].join(" ")} = ${layout.size}`;
}

describe("a declaration becomes a layout", () => {
  test.each([
    ["u32", "int 4"],
    ["long unsigned int", "int 8"],
    ["const volatile unsigned char", "int 1"],
    ["__int128", "int 16"],
    ["void *", "pointer 8"],
    ["u16[3]", "array 6"],
    ["char[2][3]", "array 6"],
    ["enum { A, B = 5, C }", "enum 4"],
    ["enum { A = -1 } __attribute__((packed))", "enum 1"],
    ["enum { A = 0xffffffffff }", "enum 8"],
    ["struct { u64 packets; u64 bytes; char comm[16]; }", "packets@0+8 bytes@64+8 comm@128+16 = 32"],
    ["struct { u8 a; u32 b; u8 c; };", "a@0+1 b@32+4 c@64+1 = 12"],
    ["struct { u8 a; u32 b; } __attribute__((packed))", "a@0+1 b@8+4 = 5"],
    ["struct __packed { u8 a; u32 b; }", "a@0+1 b@8+4 = 5"],
    ["struct { u8 a; u8 b __attribute__((aligned(16))); }", "a@0+1 b@128+1 = 32"],
    ["struct { u8 a; } __aligned(8)", "a@0+1 = 8"],
    ["struct { u32 a : 3, : 0, b : 7; u8 c; }", "a@0:3+4 b@32:7+4 c@40+1 = 8"],
    ["struct { u8 a : 5; u8 b : 5; }", "a@0:5+1 b@8:5+1 = 2"],
    ["struct { u8 a : 5; u8 b : 5; } __packed", "a@0:5+1 b@5:5+1 = 2"],
    ["struct { union { u32 a; u8 b[5]; }; struct in { u8 x; } c, *d; }", "?@0+8 c@64+1 d@128+8 = 24"],
    ["union { u8 a; u64 b; }", "a@0+1 b@0+8 = 8"],
    ["struct in { u16 x; }; struct out { u8 a; struct in b[2]; }", "a@0+1 b@16+4 = 6"],
    ["struct { /* a comment */ u8 a; // another\n u8 b[0x02]; }", "a@0+1 b@8+2 = 3"],
  ])("%s", (text, expected) => {
    expect(shape(declared(text))).toBe(expected);
  });

  describe("with names of the BTF", () => {
    const builder = new BtfBuilder();
    const u64 = builder.int("u64", 8);
    const members = [{ name: "a", type: u64, bitOffset: 0 }];
    builder.struct("Stat<u64>", 8, members);
    builder.struct("main.Val", 8, members);
    builder.struct("FlowKey", 8, members);
    builder.union("Either", 8, members);
    builder.enum("Either", [["A", 0]]);
    const btf = parseBtf(builder.build());

    test.each([
      ["Stat<u64>", "a@0+8 = 8"],
      ["struct Stat<u64>", "a@0+8 = 8"],
      ["main.Val", "a@0+8 = 8"],
      ["FlowKey", "a@0+8 = 8"],
      ["const FlowKey", "a@0+8 = 8"],
      ["FlowKey[2]", "array 16"],
      ['"Stat<u64>"', "a@0+8 = 8"],
      ['struct "Stat<u64>"', "a@0+8 = 8"],
      ['"Stat<u64>"[4]', "array 32"],
      [
        'struct { u32 n; "Stat<u64>" stat; struct "main.Val" val; FlowKey key; }',
        "n@0+4 stat@64+8 val@128+8 key@192+8 = 32",
      ],
      ["union Either", "a@0+8 = 8"],
      ["struct Own { u8 x; }; Own", "x@0+1 = 1"],
    ])("%s", (text, expected) => {
      expect(shape(declared(text, new TypeTable(btf)))).toBe(expected);
    });

    test.each([
      ["FlwoKey", "column 1: there is no type 'FlwoKey'; did you mean `struct FlowKey`?"],
      ["struct { u8 a; FlwoKey k; }", "column 16: there is no type 'FlwoKey'; did you mean `struct FlowKey`?"],
      ["struct FlwoKey", "there is no struct FlwoKey; did you mean `struct FlowKey`?"],
      ["Stat<u46>", "there is no type 'Stat<u46>'; did you mean `struct Stat<u64>`?"],
      ["main.Vla", "there is no type 'main.Vla'; did you mean `struct main.Val`?"],
      ['"Stat<u46>"[2]', "there is no type 'Stat<u46>'; did you mean `struct Stat<u64>`?"],
      ["Either", "the type 'Either' is ambiguous: there is 'union Either' and 'enum Either'"],
      ["nothing.like[", 'unexpected "."'],
      ['"open', 'column 1: unexpected "\\""'],
    ])("%s is refused", (text, message) => {
      expect(() => declared(text, new TypeTable(btf))).toThrow(message);
    });
  });

  test("names of the BTF may be used", () => {
    const btf = connectionBtf();
    const table = new TypeTable(parseBtf(btf.bytes));
    expect(declareType(table, "struct conn_key")).toBe(btf.key);
    expect(shape(declared("struct { struct conn_key key; enum state st; u32 n; }", table))).toBe(
      "key@0+8 st@64+4 n@96+4 = 16",
    );
  });
});

describe("anything else is refused with its column", () => {
  test.each([
    ["", 1, "expected a type, got the end"],
    ["struct {", 9, "expected '}', got the end"],
    ["struct { u32 }", 14, "expected a name, got '}'"],
    ["struct { u32 a }", 16, "expected ';', got '}'"],
    ["struct { foo a; }", 10, "there is no type 'foo' (--btf FILE brings in its types)"],
    ["struct nothing", 8, "there is no struct nothing"],
    ["long char", 1, "there is no type 'long char'"],
    ["u32 $", 5, 'unexpected "$"'],
    ["struct { u8 a : 9; }", 17, "a bit-field of 9 bits in 1 bytes"],
    ["struct { float a : 3; }", 20, "only integers and enums have bit-fields"],
    [
      "struct { int (*f)(void); }",
      14,
      "functions and pointers to functions can't be declared here (void * has the same size)",
    ],
    ["u8[4294967296]", 4, "the number is past 32 bits"],
    ["u64[4294967295]", 16, "the array has 34359738360 bytes: too large"],
    ["struct { void a; }", 16, "void has no size"],
    ["u32 name", 5, "a type is wanted here, not a variable of it (leave out the name)"],
    ["struct { u8 a[09]; }", 15, "a number with a leading zero is octal, which has no digits 8 and 9"],
    ["struct { u8 a; } __attribute__((weak))", 33, "expected packed or aligned, got 'weak'"],
    ["struct { u8 a; } __aligned(3)", 28, "3 is no alignment"],
    ["enum { A = 18446744073709551616 }", 12, "the value is past 64 bits"],
  ])("%s", (text, column, problem) => {
    const message = `column ${column}: ${problem}`;
    expect(() => declared(text)).toThrow(expect.objectContaining({ code: "TYPE_INVALID", details: { column } }));
    expect(() => declared(text)).toThrow(message);
  });

  test("without end", () => {
    expect(() => declared("struct { ".repeat(5000))).toThrow("more than 32 levels deep");
    expect(() => declared(" ".repeat(1 << 20))).toThrow("longer than 65536 characters");
  });
});

liveSuite("clang lays the same declarations out in the same way", ["clang"], () => {
  const scratch = useScratch();

  test("for BPF", async () => {
    const bodies = [
      "{ char a; long b; short c; int d[3]; }",
      "{ char a; long b; short c; } __attribute__((packed))",
      "{ int a : 3; int b : 30; char c : 2; long d : 40; int e : 1; }",
      "{ char a; int b : 9; short c : 12; char d; long e : 50; }",
      "{ char a : 3; int : 0; char b : 2; long : 0; char c; }",
      "{ int a : 7; char b : 7; short c : 15; } __attribute__((packed))",
      "{ char a; __int128 b; char c; }",
      "{ char a; struct { char x; long y; } b; union { int p; char q[9]; } c; void *d; }",
      "{ char a; short b __attribute__((packed)); int c __attribute__((aligned(32))); char d; }",
      "{ char a; int b; } __attribute__((packed, aligned(4)))",
      "{ _Bool a : 1; _Bool b; unsigned long long c : 63; unsigned long long d : 2; }",
      "{ long a : 33; int b : 31; int c : 32; char d : 8; short e : 1; }",
    ];
    const source = bodies.map((body, i) => `struct s${i} ${body}; struct s${i} v${i};`).join("\n");
    const file = join(scratch.folder, "layouts");
    writeFileSync(`${file}.c`, source);
    const { status, stderr } = await run("clang", [
      "-g",
      "-O2",
      "-target",
      "bpf",
      "-c",
      `${file}.c`,
      "-o",
      `${file}.o`,
    ]);
    expect(`${status} ${stderr}`).toBe("0 ");
    const btf = loadBtf(readFileSync(`${file}.o`));
    for (const [i, body] of bodies.entries()) {
      const [id = 0] = btf.idsByName(`s${i}`).filter((found) => btf.type(found).kind === "struct");
      expect([body, shape(declared(`struct ${body}`))]).toEqual([body, shape(layoutFromBtf(btf, id))]);
    }
  });
});
