import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { arrowRows, arrowRowsOfRust, duckRows, parquetRowsOfRust } from "../../../helpers/column-readers.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

/** A map with values of a type that is declared in C. */
function mapOf(...values: readonly string[]): TypedKernel {
  const entries = values.map((value, i) => [`0${i}000000`, value] as const);
  return new TypedKernel(new BtfBuilder(), [{ key: 0, value: 0, entries }]);
}

function typed(declaration: string): string[] {
  return ["--key-type", "u32", "--value-type", declaration];
}

/** The lines of `schema show --format arrow` about the value, without what stands behind them. */
async function schemaOf(declaration: string, size: number): Promise<string[]> {
  const kernel = mapOf("00".repeat(size));
  const { stdout, stderr } = await runOurs(
    ["schema", "show", "id", "1", "--format", "arrow", ...typed(declaration)],
    kernel,
  );
  expect(stderr).toBe("");
  const lines = stdout.toString().split("\n").slice(1, -1);
  return lines.map((line) => line.replace(/ +c-type: .*$/, ""));
}

describe("the type of a column follows from that in C", () => {
  test.for([
    ["u8", 1, ["value: uint8, nullable"]],
    ["struct { u8 a; s16 b; u32 c; s64 d; }", 16, ["  a: uint8", "  b: int16", "  c: uint32", "  d: int64"]],
    ["struct { float f; double d; }", 16, ["  f: float32", "  d: float64"]],
    ["struct { u32 low : 3; s32 high : 9; u64 wide : 40; }", 8, ["  low: uint8", "  high: int16", "  wide: uint64"]],
    ["struct { unsigned __int128 all; }", 16, ["  all: fixed_size_binary[16]"]],
    [
      "struct { u8 mac[6]; char name[10]; u16 ports[2]; }",
      20,
      ["  mac: fixed_size_binary[6]", "  name: utf8", "  ports: fixed_size_list[2]", "    element: uint16"],
    ],
    [
      "struct { struct { u32 x; } inner; union { u32 v4; u8 v6[16]; } addr; }",
      20,
      ["  inner: struct", "    x: uint32", "  addr: struct", "    v4: uint32", "    v6: fixed_size_binary[16]"],
    ],
    ["struct { union { u32 a; u32 b; }; struct { u32 c; }; }", 8, ["  a: uint32", "  b: uint32", "  c: uint32"]],
    [
      "struct { u32 rows[2][3]; }",
      24,
      ["  rows: fixed_size_list[2]", "    element: fixed_size_list[3]", "      element: uint32"],
    ],
    ["struct { u32 x; struct { } none; u32 nothing[0]; }", 4, ["  x: uint32"]],
  ] as const)("%s", async ([declaration, size, expected]) => {
    const [head, ...members] = await schemaOf(declaration, size);
    expect(expected.length === 1 && expected[0].startsWith("value") ? [head] : members).toEqual(expected);
  });

  test("an enum is a dictionary, a number or both", async () => {
    const shown = async (...flags: readonly string[]): Promise<string> => {
      const words = ["dump", "name", "conns", "--select", "value.st", "-o", "arrow", ...flags];
      return String(tableFromIPC((await runOurs(words, new QueryKernel())).stdout).schema);
    };
    expect(await shown()).toBe("Schema<{ 0: value.st: Dictionary<Int32, Utf8> }>");
    expect(await shown("--enums", "number")).toBe("Schema<{ 0: value.st: Uint32 }>");
    expect(await shown("--enums", "both")).toBe(
      "Schema<{ 0: value.st: Struct<{name:Dictionary<Int32, Utf8>, value:Uint32}> }>",
    );
  });

  test("the sum of integers of 64 bits is a decimal", async () => {
    const words = ["dump", "name", "conns", "--group-by", "key.proto", "--agg", "sum(value.packets)"];
    const { stdout } = await runOurs([...words, "-o", "arrow"], new QueryKernel());
    expect(String(tableFromIPC(stdout).schema)).toContain("sum(value.packets): Decimal[38e0]");
    expect(arrowRows(stdout)).toEqual([
      { "key.proto": 6, "sum(value.packets)": 2007n },
      { "key.proto": 17, "sum(value.packets)": 2n ** 64n - 1n },
    ]);
  });
});

test("a value that its enum has no name for is its digits, in each batch anew", async () => {
  const rows = 70_000;
  const entries = Array.from({ length: rows }, (_, i) => [hex(i), hex(i % 3 === 0 ? 1 : i)] as const);
  const btf = new BtfBuilder();
  const u32 = btf.int("unsigned int", 4);
  const state = btf.enum("state", [["ONE", 1]]);
  const kernel = new TypedKernel(btf, [{ key: u32, value: state, entries }]);
  const { stdout } = await runOurs(["dump", "id", "1", "-o", "arrow"], kernel);
  const wanted = Array.from({ length: rows }, (_, i) => (i % 3 === 0 || i === 1 ? "ONE" : String(i)));
  expect(tableFromIPC(stdout).batches.map(({ numRows }) => numRows)).toEqual([65_536, rows - 65_536, 0]);
  for (const read of [arrowRows, arrowRowsOfRust]) {
    expect((read(stdout) as { value: string }[]).map(({ value }) => value)).toEqual(wanted);
  }
  const parquet = await runOurs(["dump", "id", "1", "-o", "parquet"], kernel);
  expect((parquetRowsOfRust(parquet.stdout) as { value: string }[]).map(({ value }) => value)).toEqual(wanted);
});

function hex(number: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes.toString("hex");
}

describe("renderers", () => {
  const dump = async (declaration: string, render: string, value: string): Promise<unknown> => {
    const words = ["dump", "id", "1", ...typed(declaration), "--render", render, "--select", "value.x"];
    const arrow = await runOurs([...words, "-o", "arrow"], mapOf(value));
    expect(arrow.stderr).toBe("");
    const parquet = await runOurs([...words, "-o", "parquet"], mapOf(value));
    const [row] = arrowRows(arrow.stdout);
    const file = join(scratch.folder, "rendered.parquet");
    writeFileSync(file, parquet.stdout);
    const [other] = await duckRows(`select * from '${file}'`);
    expect(Object.keys(other ?? {})).toEqual(Object.keys(row as object));
    return row;
  };

  test.for([
    ["u32", "ipv4", "0a000001", { "value.x": "10.0.0.1", "value.x_bytes": Uint8Array.of(10, 0, 0, 1) }],
    [
      "u8 x[6]",
      "mac",
      "020000000001",
      { "value.x": "02:00:00:00:00:01", "value.x_bytes": Uint8Array.of(2, 0, 0, 0, 0, 1) },
    ],
    ["u16", "port", "01bb", { "value.x": 443 }],
    ["u64", "duration", "0100000000000000", { "value.x": 1n }],
    ["s32", "errno", "feffffff", { "value.x": -2, "value.x_text": "-ENOENT" }],
    ["u32", "hex", "ff000000", { "value.x": "0xff" }],
  ] as const)("%s as %s", async ([type, render, value, expected]) => {
    const declaration = `struct { ${type.includes("[") ? type : `${type} x`}; }`;
    expect(await dump(declaration, `value.x=${render}`, value)).toEqual(expected);
  });

  test("nanoseconds since boot are a number, and a time of day to the nanosecond", async () => {
    const snapshot = ["dump", "file", "golden/demo/connections.ndjson.gz", "--render", "value.age_ns=ktime"];
    const words = [...snapshot, "--select", "value.age_ns", "--limit", "1"];
    const file = join(scratch.folder, "times.parquet");
    writeFileSync(file, (await runOurs([...words, "-o", "parquet"])).stdout);
    const times = `epoch_ns("value.age_ns_time") - "value.age_ns"::bigint as boot, typeof("value.age_ns_time") as type`;
    const [row] = await duckRows(`select ${times} from '${file}'`);
    const notes = tableFromIPC((await runOurs([...words, "-o", "arrow"])).stdout).schema.metadata;
    expect(row).toEqual({
      boot: BigInt(notes.get("ebpf-map:boot-time-offset-ns") ?? 0),
      type: "TIMESTAMP WITH TIME ZONE",
    });
  });

  test("a network is its text, its length and its bytes", async () => {
    const entries = [["08000000 0a000000", "01000000"]] as const;
    const kernel = new TypedKernel(new BtfBuilder(), [{ type: 11, key: 0, value: 0, entries }]);
    const { stdout } = await runOurs(["dump", "id", "1", "-o", "arrow", "--select", "key"], kernel);
    expect(arrowRows(stdout)).toEqual([{ key: "10.0.0.0/8", key_length: 8, key_bytes: Uint8Array.of(10, 0, 0, 0) }]);
  });
});

describe("texts", () => {
  const declaration = "struct { char x[4]; }";
  const words = ["dump", "id", "1", ...typed(declaration), "--select", "value.x"];

  test("bytes that are no UTF-8 are replaced and counted", async () => {
    const kernel = mapOf("e9e9e9e9", "61e90000", "c3a90000", "41424344");
    for (const format of ["arrow", "parquet"]) {
      const { stdout, stderr } = await runOurs([...words, "-o", format], kernel);
      const read = format === "arrow" ? arrowRows : parquetRowsOfRust;
      const texts = ["\ufffd\ufffd\ufffd\ufffd", "a\ufffd", "é", "ABCD"];
      expect(read(stdout)).toEqual(texts.map((text) => ({ "value.x": text })));
      expect(stderr).toContain("2 texts have bytes that are not UTF-8");
    }
  });

  test("or the column is binary", async () => {
    const { stdout, stderr } = await runOurs([...words, "-o", "arrow", "--text", "escape"], mapOf("61e90000"));
    expect(String(tableFromIPC(stdout).schema)).toBe("Schema<{ 0: value.x: Binary }>");
    expect(arrowRows(stdout)).toEqual([{ "value.x": Uint8Array.of(0x61, 0xe9) }]);
    expect(stderr).toBe("");
  });
});

test("the schema says which map and which host, and of a field its type in C", async () => {
  const { stdout } = await runOurs(
    ["dump", "name", "conns", "-o", "arrow", "--render", "value.bytes=bytes"],
    new QueryKernel(),
  );
  const { schema } = tableFromIPC(stdout);
  expect(Object.fromEntries(schema.metadata)).toMatchObject({
    "ebpf-map:map-id": "7",
    "ebpf-map:map-name": "conns",
    "ebpf-map:map-type": "hash",
    "ebpf-map:host": expect.any(String),
    "ebpf-map:kernel": readFileSync("/proc/sys/kernel/osrelease", "utf8").trim(),
    "ebpf-map:boot-time-offset-ns": expect.stringMatching(/^\d{19}$/),
  });
  const value = schema.fields.find(({ name }) => name === "value");
  expect(value?.metadata.get("ebpf-map:c-type")).toBe("struct conn_val");
  const bytes = value?.type.children?.find(({ name }: { name: string }) => name === "bytes");
  expect(Object.fromEntries(bytes?.metadata ?? [])).toEqual({
    "ebpf-map:c-type": "unsigned long long",
    "ebpf-map:unit": "bytes",
  });
});
