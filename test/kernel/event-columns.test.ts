import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import type { Run } from "../helpers/bpftools.ts";
import { arrowRows, arrowRowsOfRust, duckRows, parquetRowsOfRust } from "../helpers/column-readers.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { difference } from "../helpers/same-values.ts";
import { loadStreams, startCommand, until } from "../helpers/streams.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const scratch = useScratch();

/** What each reader of columns reads differently from lines of JSON; `words` without a format. */
async function different(words: readonly string[]): Promise<{ readonly rows: number; readonly different: string[] }> {
  const json = await runOurs([...words, "-o", "ndjson", "--int64", "string"]);
  const arrow = await runOurs([...words, "-o", "arrow"]);
  const parquet = await runOurs([...words, "-o", "parquet"]);
  expect([json.status, arrow.status, parquet.status]).toEqual([0, 0, 0]);
  const file = join(scratch.folder, "events.parquet");
  writeFileSync(file, parquet.stdout);
  const wanted = json.stdout.toString().split("\n").slice(0, -1);
  const rows = wanted.map((line) => JSON.parse(line) as Record<string, unknown>);
  const readers = {
    arrow: arrowRows(arrow.stdout),
    rust: arrowRowsOfRust(arrow.stdout),
    "rust, parquet": parquetRowsOfRust(parquet.stdout),
    duckdb: await duckRows(`select * from '${file}'`),
  };
  const problems = Object.entries(readers).flatMap(([reader, found]) => {
    if (found.length !== rows.length) return [`${reader}: ${found.length} rows`];
    return rows.flatMap((row, i) => {
      const problem = difference(row, found[i]);
      return problem === undefined ? [] : [`${reader}: ${problem}`];
    });
  });
  return { rows: rows.length, different: problems };
}

liveSuite("events in columns", ["kernel", "clang", "libbpf"], () => {
  test("have the rows that lines of JSON have", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 500);
    const dump = ["dump", "pinned", fixture.map("ring"), "--type", "struct event"];
    expect(await different([...dump, "--where", "true"])).toEqual({ rows: 500, different: [] });
    const selected = ["--where", "value.bytes > 240u", "--select", "value.seq,value.comm", "--sort", "value.seq:desc"];
    expect(await different([...dump, ...selected])).toMatchObject({ different: [] });
    const grouped = await runOurs([...dump, "--group-by", "value.comm", "-o", "arrow"]);
    expect(grouped.stderr).toContain("groups of events are printed as table, ndjson or json, not as arrow");
  });

  test("an array without a length is as long as its event; too short events are left out and counted", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit_messages", 1);
    const dump = ["dump", "pinned", fixture.map("ring")];
    const of = (type: string): string[] => [...dump, "--type", type, "--where", "value.kind > 0"];
    const fixed = "u32 kind; u32 len;";
    for (const tail of ["char data[]", "u8 data[]", "u16 data[]", "struct { u8 a, b; } data[]"]) {
      expect(await different(of(`struct { ${fixed} ${tail}; }`))).toMatchObject({ rows: 3, different: [] });
    }
    await fixture.emit("emit_cut", 1);
    const command = ["--type", "struct command", "-o", "arrow"];
    const { stdout, stderr } = await runOurs([...dump, ...command, "--where", "value.time == 7u"]);
    expect(arrowRows(stdout)).toHaveLength(2);
    expect(stderr).toMatch(/events? shorter than 'struct command' \(\d+ left out: they lack a field of the query\)/);
  });

  test("a reader of a stream has each event before the next one comes; the end says that none is missing", async () => {
    const fixture = await loadStreams(scratch);
    const words = ["events", "pinned", fixture.map("ring"), "--type", "struct event", "-o", "arrow"];
    const command = startCommand(scratch, [...words, "--from", "oldest", "--count", "2"]);
    await fixture.emit("emit", 1);
    await until("the first event is there", async () => rowsSoFar(Buffer.from(command.stdout, "latin1")) === 1);
    await fixture.emit("emit", 1);
    const { stdout, status }: Run = await command.ended;
    expect(status).toBe(0);
    const table = tableFromIPC(stdout);
    expect(table.numRows).toBe(2);
    expect(table.schema.metadata.get("ebpf-map:map-name")).toBe("ring");
    expect(table.batches.at(-1)?.metadata.get("ebpf-map:complete")).toBe("true");
  });
});

/** The rows of the batches of a stream that are whole. */
function rowsSoFar(stream: Uint8Array): number {
  return stream.length === 0 ? 0 : tableFromIPC(stream).numRows;
}
