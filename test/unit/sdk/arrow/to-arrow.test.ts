import { join } from "node:path";
import { type RecordBatch, Table, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { openMap } from "../../../../src/index.ts";
import { type ArrowOptions, toArrow } from "../../../../src/sdk/arrow/to-arrow.ts";
import { arrowRows } from "../../../helpers/column-readers.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();
const DEMO = { file: repositoryPath("golden", "demo", "connections.ndjson.gz") };

/** Saves a map of the fake kernel, and returns how to open it. */
async function saved(name: string): Promise<{ readonly file: string }> {
  const file = join(scratch.folder, `${name}.ndjson`);
  expect((await runOurs(["save", "name", name, file, "--force"], new QueryKernel())).status).toBe(0);
  return { file };
}

async function batchesOf(ref: Parameters<typeof toArrow>[0], options?: ArrowOptions): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for await (const batch of toArrow(ref, options)) batches.push(batch);
  return batches;
}

test.for([
  ["conns", {}, []],
  ["conns", { where: "value.packets == 7u" }, ["--where", "value.packets == 7u"]],
  ["conns", { select: ["key.saddr", "value.st"], limit: 2 }, ["--select", "key.saddr,value.st", "--limit", "2"]],
  ["conns", { sort: "value.packets:desc", top: 2 }, ["--sort", "value.packets:desc", "--top", "2"]],
  ["conns", { groupBy: "key.proto", agg: ["count()"] }, ["--group-by", "key.proto", "--agg", "count()"]],
  ["conns", { render: "key.saddr=ipv4" }, ["--render", "key.saddr=ipv4"]],
  ["conns", { enums: "both" }, ["--enums", "both"]],
  ["conns", { text: "escape" }, ["--text", "escape"]],
  ["hits", {}, []],
  ["hits", { perCpu: "sum" }, ["--per-cpu", "sum"]],
  ["bare", {}, []],
] as const satisfies readonly (readonly [string, ArrowOptions, readonly string[]])[])(
  "%s with %j gives what dump -o arrow does",
  async ([name, options, flags]) => {
    const ref = await saved(name);
    const batches = await batchesOf(ref, options);
    const { stdout } = await runOurs(["dump", "file", ref.file, ...flags, "-o", "arrow"]);
    expect(arrowRows(tableToIPC(new Table(batches)))).toEqual(arrowRows(stdout));
  },
);

test("batches have so many rows, buffers of their own, and one schema", async () => {
  const batches = await batchesOf(DEMO, { batchRows: 3 });
  expect(batches.map(({ numRows }) => numRows)).toEqual([3, 3, 1]);
  expect(new Set(batches.map(({ schema }) => String(schema))).size).toBe(1);
  const whole = new Table(await batchesOf(DEMO));
  expect(arrowRows(tableToIPC(new Table(batches)))).toEqual(arrowRows(tableToIPC(whole)));
});

test("a map without rows gives one empty batch, which has the schema", async () => {
  const [empty, ...others] = await batchesOf(DEMO, { where: "key.proto == 255" });
  const [full] = await batchesOf(DEMO);
  expect([empty?.numRows, others]).toEqual([0, []]);
  expect(String(empty?.schema)).toBe(String(full?.schema));
});

test("a reader that is open stays open", async () => {
  await using reader = await openMap(DEMO);
  expect((await batchesOf(reader)).map(({ numRows }) => numRows)).toEqual([7]);
  expect((await reader.toArray()).length).toBe(7);
});

test("what is wrong is told before anything is read", async () => {
  expect(() => toArrow(DEMO, { batchRows: 0 })).toThrow(expect.objectContaining({ code: "USAGE" }));
  // @ts-expect-error: the first of no order
  expect(() => toArrow(DEMO, { top: 1 })).toThrow(expect.objectContaining({ code: "USAGE" }));
  await expect(batchesOf(DEMO, { where: "value.nothing == 1" })).rejects.toMatchObject({ code: "QUERY_INVALID" });
  await expect(batchesOf(DEMO, { render: "key.saddr=nothing" })).rejects.toMatchObject({ code: "QUERY_INVALID" });
  await expect(batchesOf({ file: "/nowhere" })).rejects.toMatchObject({ code: "FILE" });
});

test("a signal ends it", async () => {
  const controller = new AbortController();
  const read = toArrow(DEMO, { batchRows: 1, signal: controller.signal });
  expect((await read.next()).value?.numRows).toBe(1);
  await read.return();
  controller.abort();
  await expect(batchesOf(DEMO, { signal: controller.signal } as ArrowOptions)).rejects.toMatchObject({
    code: "ABORTED",
  });
});

test("notes tell of replaced bytes", async () => {
  const notes: string[] = [];
  await batchesOf(await saved("conns"), { onNote: (note) => notes.push(note) });
  expect(notes).toEqual([expect.stringContaining("1 text has bytes that are not UTF-8")]);
});
