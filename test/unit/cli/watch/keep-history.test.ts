import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { partitionPath } from "../../../../src/cli/watch/partition-path.ts";
import { duckRows } from "../../../helpers/column-readers.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function watch(map: string, ...flags: readonly string[]): ReturnType<typeof runMain> {
  const words = ["watch", "name", map, "-o", "parquet", "--dir", join(scratch.folder, "h"), "--no-render", ...flags];
  return runMain(words, { kernel: new QueryKernel() });
}

test("three hosts are one table, and its sums are those of the lines of JSON", async () => {
  for (const host of ["a", "b", "node/3"]) {
    const run = await watch("conns", "--host", host, "--rotate", "1h", "--interval", "10ms", "--count", "2");
    expect(run).toMatchObject({ status: 0, stdout: "" });
  }
  const json = await runMain(["dump", "name", "conns", "-o", "ndjson", "--int64", "string"], {
    kernel: new QueryKernel(),
  });
  const lines = join(scratch.folder, "conns.ndjson");
  writeFileSync(lines, json.stdout);
  const table = `read_parquet('${join(scratch.folder, "h")}/**/*.parquet', hive_partitioning = true)`;
  const sums = `count(*) as rows, sum(value.packets::hugeint) as packets, count(distinct value.comm) as names,
    sum(value.slots[4]) as slots`;
  const [expected] = await duckRows(`select ${sums} from '${lines}'`);
  const hosts = await duckRows(
    `select host, map, count(distinct time) as times, ${sums} from ${table} group by all order by host`,
  );
  const twice = { rows: 2n * (expected?.rows as bigint), packets: 2n * (expected?.packets as bigint) };
  const slots = 2n * (expected?.slots as bigint);
  expect(hosts).toEqual(
    ["a", "b", "node/3"].map((host) => ({ host, map: "conns", times: 1n, ...expected, ...twice, slots })),
  );
  const [joined] = await duckRows(
    `select count(*) as pairs from ${table} x join ${table} y on x.key = y.key and x.host < y.host`,
  );
  // Three pairs of hosts, and two reads on each side.
  expect(joined).toEqual({ pairs: 3n * 4n * (expected?.rows as bigint) });
});

test("each row has its time, its host and its boot, and the file says how its reads went", async () => {
  await watch(
    "conns",
    "--host",
    "a",
    "--rotate",
    "1h",
    "--interval",
    "10ms",
    "--count",
    "2",
    "--where",
    "key.proto == 6",
  );
  const [name = "", ...others] = filesIn(join(scratch.folder, "h"));
  expect(others).toEqual([]);
  expect(name).toMatch(/^host=a\/map=conns\/date=1970-01-01\/000000000-7-[0-9a-f]{8}\.parquet$/);
  const file = join(scratch.folder, "h", name);
  const rows = await duckRows(`select epoch_ns(time) as time, host, boot_id[:8] as boot from '${file}'`);
  expect(rows.length).toBe(4);
  for (const row of rows) expect(row).toEqual({ time: 0n, host: "a", boot: /-([0-9a-f]{8})\./.exec(name)?.[1] });
  const [notes] = await duckRows(
    `select decode(value) as reads from parquet_kv_metadata('${file}') where decode(key) = 'ebpf-map:reads'`,
  );
  const read = { time: "1970-01-01T00:00:00.000Z", rows: 2, complete: true };
  expect(JSON.parse(String(notes?.reads))).toEqual([read, read]);
});

test("a map that is gone ends the last file, and a signal leaves no half file", async () => {
  const controller = new AbortController();
  const interruption = () => ({ signal: controller.signal, exitCode: 143, [Symbol.dispose]() {} });
  controller.abort();
  const words = ["watch", "name", "conns", "-o", "parquet", "--dir", scratch.folder];
  const run = await runMain(words, { kernel: new QueryKernel(), interruption });
  expect([run.status, filesIn(scratch.folder)]).toEqual([143, []]);
});

test("a read that fails leaves no file", async () => {
  const run = await watch("marks", "--count", "1");
  expect(run.status).not.toBe(0);
  expect(filesIn(join(scratch.folder, "h"))).toEqual([]);
});

test("-o parquet needs a folder, and the folder -o parquet", async () => {
  const without = await runMain(["watch", "name", "conns", "-o", "parquet"], { kernel: new QueryKernel() });
  expect(without.stderr).toBe("Error: watch -o parquet needs --dir DIR, the folder for its files\n");
  const other = await runMain(["watch", "name", "conns", "--dir", "x"], { kernel: new QueryKernel() });
  expect(other.stderr).toContain("--dir needs -o parquet");
});

test.for([
  ["conns", "conns"],
  ["", "__HIVE_DEFAULT_PARTITION__"],
  ["../../etc", "..%2F..%2Fetc"],
  ["a=b c", "a%3Db%20c"],
  ["é\n", "%C3%A9%0A"],
] as const)("the partition of %j is %s", ([map, expected]) => {
  const now = new Date("2026-11-28T21:19:01.389Z");
  const path = partitionPath({ host: "h", map, id: 7, bootId: "aa7b8380-1", now });
  expect(path).toBe(`host=h/map=${expected}/date=2026-11-28/211901389-7-aa7b8380.parquet`);
});

test("a folder of a thousand files is one table", async () => {
  const run = await watch("counts", "--host", "a", "--rotate", "1h", "--count", "1");
  expect(run.status).toBe(0);
  const [file = ""] = filesIn(join(scratch.folder, "h"));
  for (let host = 0; host < 1000; host++) {
    const copy = join(scratch.folder, "many", file.replace("host=a", `host=${host}`));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(scratch.folder, "h", file), copy);
  }
  const [sums] = await duckRows(
    `select count(*) as rows, sum(value)::bigint as total, count(distinct host) as hosts
     from read_parquet('${scratch.folder}/many/**/*.parquet', hive_partitioning = true)`,
  );
  expect(sums).toEqual({ rows: 4000n, total: 15_000n, hosts: 1000n });
});

test("the query of the manual gives what the manual shows", async () => {
  for (const host of ["web1", "web2", "web3"]) {
    const demo = repositoryPath("golden", "demo", "connections.ndjson.gz");
    const words = ["watch", "file", demo, "-o", "parquet", "--dir", join(scratch.folder, "history"), "--host", host];
    expect(await runMain([...words, "--count", "1"])).toMatchObject({ status: 0, stderr: "" });
  }
  const chapter = readFileSync(repositoryPath("src", "manual", "columns.md"), "utf8");
  const [, query = ""] = /```sql\n(.*?)```/s.exec(chapter) ?? [];
  const rows = await duckRows(query.replace("history/", `${scratch.folder}/history/`));
  const shown = [...chapter.matchAll(/^│ (web\d) +│ +(\d+) │ +(\d+) │$/gm)].map(([, ...cells]) => cells);
  expect(rows.map((row) => Object.values(row).map(String))).toEqual(shown);
  expect(shown.length).toBe(3);
});
