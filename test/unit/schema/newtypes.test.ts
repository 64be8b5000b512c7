import { describe, expect, test } from "vitest";
import type { Layout } from "../../../src/schema/layout.ts";
import { withoutNewtypes } from "../../../src/schema/newtypes.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { declared } from "../../helpers/generated-layouts.ts";
import { TypedKernel } from "../../helpers/typed-kernel.ts";
import { runMain } from "../cli/run-main.ts";

describe("newtypes give what they wrap", () => {
  test.each([
    ["struct { u16 __0; }", "u16"],
    ["struct { struct { u64 __0; } __0; }", "u64"],
    ["struct { u8 __0[16]; }", "u8[16]"],
    ["struct { u32 a; struct { u32 __0; } b; }", "struct { u32 a; u32 b; }"],
    ["union { u32 a; struct { u32 __0; } b; }", "union { u32 a; u32 b; }"],
    ["struct { struct { u32 __0; } list[3]; }", "struct { u32 list[3]; }"],
    ["struct { struct { u32 a; u32 b; } __0; }", "struct { u32 a; u32 b; }"],
  ])("%s is %s", (newtype, wrapped) => {
    expect(shape(withoutNewtypes(declared(newtype)))).toEqual(shape(declared(wrapped)));
  });

  test.each([
    "struct { u32 __0; u32 __1; }",
    "struct { u32 value; }",
    "union { u32 __0; }",
    "struct { u32 __0 : 7; }",
    "struct { u8 __0; } __attribute__((aligned(4)))",
    "struct { u32 a; u8 list[4]; }",
  ])("%s stays", (text) => {
    const layout = declared(text);
    expect(withoutNewtypes(layout)).toBe(layout);
  });

  test("a type that stands in many places is visited once", () => {
    let layout = declared("struct { u8 __0; }");
    for (let i = 0; i < 30; i++) {
      const field = (name: string) => ({ name, bitOffset: 0, bitfieldBits: 0, layout });
      layout = { kind: "union", size: 1, fields: [field("a"), field("b")], typeName: "", tagged: false };
    }
    expect(withoutNewtypes(layout)).toMatchObject({ kind: "union", size: 1 });
  });

  test("tags of the newtype are those of the number", () => {
    const number = declared("u64");
    const field = { name: "__0", bitOffset: 0, bitfieldBits: 0, layout: number, tags: ["ebpf-map:ktime"] };
    const layout: Layout = { kind: "struct", size: 8, fields: [field], typeName: "struct At", tagged: false };
    expect(withoutNewtypes(layout)).toMatchObject({ kind: "int", size: 8, tags: ["ebpf-map:ktime"] });
  });
});

/** Kinds, names and offsets, without the names of types. */
function shape(layout: Layout): unknown {
  const { kind, size } = layout;
  if (kind === "array") return { kind, size, element: shape(layout.element), length: layout.length };
  if (kind !== "struct" && kind !== "union") return { kind, size };
  const fields = layout.fields.map((field) => ({ name: field.name, at: field.bitOffset, of: shape(field.layout) }));
  return { kind, size, fields };
}

describe("of a Rust program's map", () => {
  const marker = { bitOffset: 32, name: "__1" };
  const kernel = (): TypedKernel => {
    const btf = new BtfBuilder();
    const u32 = btf.int("u32", 4);
    const port = btf.struct("Port", 4, [
      { name: "__0", type: u32, bitOffset: 0 },
      { ...marker, type: btf.struct("PhantomData<()>", 0, []) },
    ]);
    const value = btf.struct("Flow", 8, [
      { name: "port", type: port, bitOffset: 0 },
      { name: "hits", type: u32, bitOffset: 32 },
    ]);
    return new TypedKernel(btf, [{ key: port, value, entries: [["07000000", "bb01000003000000"]] }]);
  };
  const run = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await runMain(args, { kernel: kernel() });
    return stderr + stdout;
  };

  test("rows, paths and keys are without `__0`; bpftool's dialect has it", async () => {
    expect(await run("dump", "id", "1", "-o", "ndjson")).toBe('{"key":7,"value":{"port":443,"hits":3}}\n');
    expect(await run("dump", "id", "1", "-o", "csv", "--where", "value.port == 443 && key < 8")).toBe(
      "key,value.port,value.hits\r\n7,443,3\r\n",
    );
    expect(await run("lookup", "id", "1", "--key", "7", "-o", "ndjson")).toBe(
      '{"key":7,"value":{"port":443,"hits":3}}\n',
    );
    expect(await run("-j", "dump", "id", "1")).toContain(
      '"formatted":{"key":{"__0":7,"__1":{}},"value":{"port":{"__0":443,"__1":{}},"hits":3}}',
    );
  });

  test("generated types are without it, too", async () => {
    const text = await run("generate", "id", "1");
    expect(text).toContain("readonly port: number;");
    expect(text).not.toContain("__0");
  });
});
