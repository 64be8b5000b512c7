import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openMap } from "../../../src/index.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { TypedKernel } from "../../helpers/typed-kernel.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { runMain } from "../cli/run-main.ts";

/** A pair as key, and a value with two unnamed members and one name twice, as bpftrace and hand-made BTF have them. */
function kernelWith(value: string): TypedKernel {
  const btf = new BtfBuilder();
  const [u16, u32, u64] = [btf.int("u16", 2), btf.int("u32", 4), btf.int("u64", 8)];
  const key = btf.struct("", 4, [
    { type: u16, bitOffset: 0 },
    { type: u16, bitOffset: 16 },
  ]);
  const fields = btf.struct("", 24, [
    { type: u64, bitOffset: 0 },
    { type: u32, bitOffset: 64 },
    { name: "a", type: u32, bitOffset: 96 },
    { name: "a", type: u64, bitOffset: 128 },
  ]);
  return new TypedKernel(btf, [{ name: "AT_m", key, value: fields, entries: [["05000600", value]] }]);
}

const VALUE = "0100000000000000 02000000 03000000 0400000000000000";
const OTHER = "0100000000000000 09000000 03000000 0500000000000000";
const ENTRY = { key: { _0: 5, _1: 6 }, value: { _0: 1, _1: 2, a: 3, a_1: 4 } };

const scratch = useScratch();

async function printed(words: string, more: readonly string[] = []): Promise<string> {
  const { stdout, stderr, status } = await runMain([...words.split(" "), ...more], { kernel: kernelWith(VALUE) });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout;
}

async function snapshot(value: string): Promise<string> {
  const file = join(scratch.folder, `${value.slice(17, 19)}.ndjson`);
  const run = await runMain(["save", "id", "1", file, "--force"], { kernel: kernelWith(value) });
  expect(run.status).toBe(0);
  return file;
}

describe("members without a name, and two of one name", () => {
  test("each have one in every format", async () => {
    expect(JSON.parse(await printed("dump id 1 -o ndjson"))).toEqual(ENTRY);
    expect(JSON.parse(await printed("dump id 1 -o json"))).toEqual([ENTRY]);
    expect(parse(await printed("dump id 1 -o yaml"))).toEqual([ENTRY]);
    expect(await printed("dump id 1 -o csv")).toBe(
      "key._0,key._1,value._0,value._1,value.a,value.a_1\r\n5,6,1,2,3,4\r\n",
    );
    expect(await printed("dump id 1 -o table")).toBe(
      "key._0  key._1  value._0  value._1  a  a_1\n     5       6         1         2  3    4\n",
    );
  });

  test("bpftool's formats keep its names", async () => {
    expect(await printed("dump id 1 -j")).toContain('"formatted":{"key":{"":5,"":6},"value":{"":1,"":2,"a":3,"a":4}}');
  });

  test("are found by them: filters, columns, orders, groups, renderers and keys", async () => {
    expect(
      await printed("dump id 1 -o csv --select key._1,value.a_1 --where", ["value._1 == 2 && value.a_1 == 4"]),
    ).toBe("key._1,value.a_1\r\n6,4\r\n");
    expect(await printed("dump id 1 -o ndjson --sort value._1 --select value._1")).toBe('{"value._1":2}\n');
    expect(await printed("dump id 1 -o ndjson --group-by key._0 --agg", ["sum(value.a_1)"])).toBe(
      '{"key._0":5,"sum(value.a_1)":4}\n',
    );
    expect(await printed("dump id 1 -o csv --select value._1,value.a --render value._1=hex")).toContain(
      "\r\n0x2,3\r\n",
    );
    expect(JSON.parse(await printed("lookup id 1 -o ndjson --key", ['{"_0":5,"_1":6}']))).toEqual(ENTRY);
  });

  test("are compared each by itself", async () => {
    const [before, after] = [await snapshot(VALUE), await snapshot(OTHER)];
    const { stdout, status } = await runMain(["diff", "file", before, "file", after]);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      event: "changed",
      key: ENTRY.key,
      fields: { _1: { a: 2, b: 9 }, a_1: { a: 4, b: 5 } },
    });
  });

  test("are watched each by itself", async () => {
    const kernel = kernelWith(VALUE);
    const lookup = kernel.lookupBatch.bind(kernel);
    let reads = 0;
    kernel.lookupBatch = (fd, buffers, capacity, first, result) => {
      lookup(fd, buffers, capacity, first, result);
      if (reads++ > 0) buffers.values.set(Buffer.from(OTHER.replaceAll(" ", ""), "hex"));
    };
    const words = "watch id 1 -o ndjson --interval 10ms --count 2".split(" ");
    const { stdout } = await runMain(words, { kernel, tick: 1 });
    expect(JSON.parse(stdout.split("\n")[1] ?? "")).toMatchObject({ event: "changed", delta: { _1: 7, a_1: 1 } });
  });

  test("are described by them, and a schema file declares them", async () => {
    expect(await printed("schema show id 1")).toContain("_1");
    const schema = await printed("schema export id 1");
    const fields = JSON.parse(schema).layouts[0].value.fields.map(({ name }: { name: string }) => name);
    expect(fields).toEqual(["_0", "_1", "a", "a_1"]);
    const file = join(scratch.folder, "schema.json");
    writeFileSync(file, schema.replaceAll('"a_1"', '"b"'));
    const { stdout, status } = await runMain(["schema", "check", "id", "1", file], { kernel: kernelWith(VALUE) });
    expect(status).not.toBe(0);
    expect(stdout).toContain("value.b: declared u64 at 16, map has a_1: u64 at 16");
  });

  test("in the SDK, and in what it takes as a key", async () => {
    using reader = await openMap({ file: await snapshot(VALUE) });
    const value = { _0: 1n, _1: 2, a: 3, a_1: 4n };
    expect(await reader.toArray()).toEqual([{ key: ENTRY.key, value }]);
    expect(await reader.get(ENTRY.key)).toEqual(value);
  });

  test("in generated TypeScript", async () => {
    const code = await printed("generate id 1");
    for (const line of ["readonly _0: bigint;", "readonly _1: number;", "readonly a: number;", "readonly a_1: bigint;"])
      expect(code).toContain(line);
    expect(code).toContain('putField("._1", ');
  });
});
