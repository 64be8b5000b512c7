import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { describe, expect, test } from "vitest";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { arrowRows, arrowRowsOfRust, duckRows, parquetRowsOfRust } from "../../../helpers/column-readers.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { difference } from "../../../helpers/same-values.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { sealed } from "../../snapshot/sample-maps.ts";

const scratch = useScratch();

interface Line {
  readonly event: string;
  readonly fields?: Readonly<Record<string, { readonly a: unknown; readonly b: unknown }>>;
  readonly [member: string]: unknown;
}

interface Row {
  readonly event: string;
  readonly key: unknown;
  readonly cpu?: unknown;
  readonly fields: readonly string[];
  readonly a: Readonly<Record<string, unknown>> | null;
  readonly b: Readonly<Record<string, unknown>> | null;
}

/** What a row of columns has differently from a line of JSON. */
function differenceOf(line: Line, row: Row): string | undefined {
  const { event, key, fields = {}, value, cpu } = line;
  const head = difference({ event, key, fields: Object.keys(fields) }, { ...pick(row), fields: row.fields });
  if (head !== undefined) return head;
  if (Number(cpu ?? 0) !== Number(row.cpu ?? 0)) return `cpu ${cpu} in JSON, ${row.cpu} in columns`;
  if (event === "added") return difference({ a: null, b: value }, { a: row.a, b: row.b });
  if (event === "removed") return difference({ a: value, b: null }, { a: row.a, b: row.b });
  const found = Object.entries(fields).map(([name, { a, b }]) =>
    difference({ a, b }, { a: row.a?.[name], b: row.b?.[name] }),
  );
  return found.find((one) => one !== undefined);
}

function pick({ event, key }: Row): Pick<Row, "event" | "key"> {
  return { event, key };
}

/** Compares what all readers read with the lines of JSON, and returns how many there are. */
async function compared(words: readonly string[], kernel: Kernel): Promise<{ rows: number; different: string[] }> {
  const diff = ["diff", ...words, "--int64", "string"];
  const json = await runOurs([...diff, "-o", "ndjson"], kernel);
  const arrow = await runOurs([...diff, "-o", "arrow"], kernel);
  const parquet = await runOurs([...diff, "-o", "parquet"], kernel);
  expect([arrow.status, parquet.status]).toEqual([json.status, json.status]);
  const lines = json.stdout.toString().split("\n").slice(0, -1);
  const wanted = lines.map((line) => JSON.parse(line) as Line).filter(({ event }) => event !== "layout");
  const file = join(scratch.folder, "diff.parquet");
  writeFileSync(file, parquet.stdout);
  const readers: readonly [string, unknown[]][] = [
    ["apache-arrow", arrowRows(arrow.stdout)],
    ["arrow-rs", arrowRowsOfRust(arrow.stdout)],
    ["arrow-rs, Parquet", parquetRowsOfRust(parquet.stdout)],
    ["DuckDB", await duckRows(`select * from '${file}'`)],
  ];
  const different = readers.flatMap(([reader, rows]) => {
    if (rows.length !== wanted.length) return [`${reader}: ${rows.length} rows for ${wanted.length}`];
    return wanted.flatMap((line, i) => {
      const problem = differenceOf(line, rows[i] as Row);
      return problem === undefined ? [] : [`${reader}: ${problem}`];
    });
  });
  return { rows: wanted.length, different };
}

/** A snapshot of a map with some text of its lines replaced. */
async function snapshot(id: number, ...edits: readonly (readonly [string, string])[]): Promise<string> {
  const file = join(scratch.folder, `${id}.ndjson`);
  await runOurs(["save", "id", String(id), file, "--force"], new QueryKernel());
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const edited = lines.map((line) => edits.reduce((text, [from, to]) => text.replace(from, to), line));
  writeFileSync(file, sealed(edited));
  return file;
}

describe("differences in columns are those in lines of JSON", () => {
  test("added, removed and changed", async () => {
    const edits = [
      ['"value":"d007000000000000', '"value":"d107000000000000'],
      ['{"key":"0a0908073500', '{"key":"0b0908073500'],
    ] as const;
    const words = ["id", "7", "file", await snapshot(7, ...edits)];
    expect(await compared(words, new QueryKernel())).toEqual({ rows: 3, different: [] });
  });

  test("none", async () => {
    const words = ["id", "7", "file", await snapshot(7)];
    expect(await compared(words, new QueryKernel())).toEqual({ rows: 0, different: [] });
    const { stdout, status } = await runOurs(["diff", ...words, "-o", "arrow"], new QueryKernel());
    expect(status).toBe(0);
    expect(tableFromIPC(stdout).schema.names).toEqual(["event", "key", "fields", "a", "b"]);
  });

  test("of each CPU", async () => {
    const file = await snapshot(11, ['{"key":"02000000","value":"01', '{"key":"02000000","value":"02']);
    expect(await compared(["id", "11", "file", file], new QueryKernel())).toEqual({ rows: 1, different: [] });
  });

  test("of as many rows as several tables have", async () => {
    const btf = new BtfBuilder();
    const u32 = btf.int("unsigned int", 4);
    const value = btf.struct("value", 8, [
      { name: "x", type: u32, bitOffset: 0 },
      { name: "y", type: u32, bitOffset: 32 },
    ]);
    const entry = (i: number, x: number, y: number): readonly [string, string] => [hex(i), hex(x) + hex(y)];
    const indexes = Array.from({ length: 70_000 }, (_, i) => i);
    const a = indexes.map((i) => entry(i, i, i % 7));
    const b = indexes.map((i) => entry(i + 1000, i + 1000 + (i % 2), (i + 1000) % 7));
    const maps = [a, b].map((entries, i) => ({ id: i + 1, name: `map${i}`, key: u32, value, entries }));
    const found = await compared(["id", "1", "id", "2"], new TypedKernel(btf, maps));
    expect(found).toEqual({ rows: 1000 + 1000 + 34_500, different: [] });
  });
});

test("selected fields are columns of their own", async () => {
  const file = await snapshot(7, ['"value":"d007000000000000', '"value":"d107000000000000']);
  const words = ["diff", "id", "7", "file", file, "--select", "value.packets,value.st", "-o", "parquet"];
  const { stdout } = await runOurs(words, new QueryKernel());
  expect(parquetRowsOfRust(stdout)).toEqual([
    expect.objectContaining({ event: "changed", fields: ["packets"], "a.packets": 2000n, "b.packets": 2001n }),
  ]);
});

test("types that differ are named on stderr by their number, and values have both types", async () => {
  const { stdout, stderr, status } = await runOurs(["diff", "id", "12", "id", "13", "-o", "arrow"], new QueryKernel());
  expect(stderr).toContain("Note: the types of 2 fields differ: -o ndjson and -o table name them\n");
  expect(status).toBe(1);
  const { schema } = tableFromIPC(stdout);
  const types = Object.fromEntries(schema.fields.map(({ name, type }) => [name, String(type)]));
  expect(types).toMatchObject({ a: expect.stringMatching(/^Struct/), b: "Uint64" });
});

test("entries that can't be compared give no rows, and the file says that it isn't complete", async () => {
  const { stdout, stderr } = await runOurs(["diff", "id", "7", "id", "13", "-o", "arrow"], new QueryKernel());
  expect(stderr).toContain("the entries are not compared: the keys have 8 and 4 bytes");
  const { batches, numRows } = tableFromIPC(stdout);
  expect(numRows).toBe(0);
  expect(batches.at(-1)?.metadata.get("ebpf-map:complete")).toBe("false");
});

function hex(number: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes.toString("hex");
}
