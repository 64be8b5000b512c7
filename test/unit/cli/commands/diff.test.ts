import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { BrokenPipe } from "../../../../src/output/sink.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { sealed } from "../../snapshot/sample-maps.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();

function diff(words: string, around: Around = {}): Promise<MainRun> {
  return runMain(["diff", ...words.split(" ")], { kernel: new QueryKernel(), ...around });
}

/** A snapshot of a map, with its lines changed by hand. */
async function snapshot(id: number, edit: (lines: string[]) => string[] = (lines) => lines): Promise<string> {
  const file = join(scratch.folder, `${id}.ndjson`);
  await runMain(["save", "id", String(id), file, "--force"], { kernel: new QueryKernel() });
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  writeFileSync(file, sealed(edit(lines)));
  return file;
}

/** Entries of `conns` in a snapshot: the first with other packets, the second with another key. */
function altered(lines: string[]): string[] {
  return lines.map((line) =>
    line
      .replace('"value":"d007000000000000', '"value":"d107000000000000')
      .replace('{"key":"0a0908073500', '{"key":"0b0908073500'),
  );
}

describe("diff", () => {
  test("a map and its snapshot are the same", async () => {
    const file = await snapshot(7);
    expect(await diff(`id 7 file ${file}`)).toEqual({ stdout: "", stderr: "", status: 0 });
    expect((await diff(`id 7 file ${file} -o json`)).stdout).toBe("[]\n");
    expect((await diff(`id 7 file ${file} -o table`)).stdout).toBe("0 added, 0 removed, 0 changed, 3 the same\n");
  });

  test("added, removed and changed, a line of JSON each", async () => {
    const { stdout, stderr, status } = await diff(`id 7 file ${await snapshot(7, altered)}`);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect({ stderr, status }).toEqual({ stderr: "", status: 1 });
    expect(events).toMatchObject([
      { event: "changed", key: { dport: 443 }, fields: { packets: { a: 2000, b: 2001 } } },
      { event: "added", key: { dport: 53 }, value: { st: "ST_SYN" } },
      { event: "removed", key: { dport: 53 }, value: { st: "ST_SYN" } },
    ]);
    expect(Object.keys(events[0].fields)).toEqual(["packets"]);
    expect(stdout).toContain('"packets":18446744073709551615');
  });

  test("as one document", async () => {
    const file = await snapshot(7, altered);
    for (const option of ["-j", "-o json"]) {
      expect(JSON.parse((await diff(`id 7 file ${file} ${option}`)).stdout)).toHaveLength(3);
    }
  });

  test("as a table on a terminal", async () => {
    const around = { isTerminal: true, env: { NO_COLOR: "1" } };
    const { stdout } = await diff(`id 7 file ${await snapshot(7, altered)} --select value.packets,value.st`, around);
    expect(stdout).toBe(
      [
        "   saddr      dport  proto  field    A                                                   B                                                    Δ",
        "~  16777226   443    6      packets  2000                                                2001                                                +1",
        "+  117967115  53     17                                                                  value.packets=18446744073709551615 value.st=ST_SYN",
        "-  117967114  53     17              value.packets=18446744073709551615 value.st=ST_SYN",
        "1 added, 1 removed, 1 changed, 1 the same",
        "",
      ].join("\n"),
    );
  });

  test("only what was asked for is compared", async () => {
    const file = await snapshot(7, altered);
    expect((await diff(`id 7 file ${file} --where key.dport==443 --select value.bytes`)).status).toBe(0);
    expect((await diff(`id 7 file ${file} --where key.dport==443`)).status).toBe(1);
  });

  test("per CPU, or of all CPUs", async () => {
    const edit = (lines: string[]): string[] =>
      lines.map((line) => line.replace('{"key":"02000000","value":"01', '{"key":"02000000","value":"02'));
    const file = await snapshot(11, edit);
    const each = await diff(`id 11 file ${file}`);
    expect(each.stdout).toBe('{"event":"changed","key":2,"cpu":0,"fields":{"packets":{"a":1,"b":2,"delta":1}}}\n');
    const sum = await diff(`id 11 file ${file} --per-cpu sum`);
    expect(sum.stdout).toBe('{"event":"changed","key":2,"fields":{"packets":{"a":3,"b":4,"delta":1}}}\n');
  });

  test("bits that no field has make no difference", async () => {
    // The bit-field `zone` takes three bits of byte 46; nothing has the others.
    const zone = (line: string): number => line.indexOf('"value":"d007') + '"value":"'.length + 2 * 46;
    const pad = (lines: string[]): string[] =>
      lines.map((line) =>
        line.includes('"value":"d007') ? `${line.slice(0, zone(line))}f5${line.slice(zone(line) + 2)}` : line,
      );
    expect((await diff(`id 7 file ${await snapshot(7, pad)}`)).status).toBe(0);
  });

  test("different layouts come first, and entries are compared where the keys allow it", async () => {
    const { stdout, status } = await diff("id 12 id 13");
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(status).toBe(1);
    expect(events[0]).toEqual({
      event: "layout",
      path: "value",
      a: "struct latency, 64 bytes",
      b: "unsigned long long at byte 0",
    });
    expect(events.filter(({ event }) => event === "layout")).toHaveLength(2);
    expect(events.filter(({ event }) => event === "added")).toHaveLength(3);
  });

  test("keys of different sizes", async () => {
    const { stdout, stderr, status } = await diff("id 7 id 13 -o table");
    expect(stderr).toBe("Note: the entries are not compared: the keys have 8 and 4 bytes\n");
    expect(stdout).toMatch(/^The types differ:\nfield +A +B\n/);
    expect(status).toBe(1);
  });

  test("per-CPU values against single ones", async () => {
    const { stderr } = await diff("id 11 id 13");
    expect(stderr).toContain("only one of the maps has a value for each CPU (--per-cpu sum makes one of them)");
  });

  test.each([
    ["id 7", "diff: expected MAP MAP, got 'id 7'"],
    ["id 7 id 999", "open map id 999"],
    ["id 7 file /nowhere", "/nowhere"],
    ["id 16 id 16", "task_storage"],
    ["id 7 id 7 --where value.packet>1", "no field `packet` in `struct conn_val`"],
    ["id 7 id 7 -o csv", "--output takes table, ndjson, json, arrow or parquet, got 'csv'"],
    // An option of other commands, one of none, one without its value, and a version of no bpftool.
    ["id 7 id 7 --limit 3", "--limit goes with dump, events, not with diff"],
    ["id 7 id 7 --nothing", "there is no option --nothing"],
    ["id 7 id 7 --where", "--where needs a value: EXPR, a condition"],
    ["id 7 id 7 --compat 1.0", "--compat"],
    ["id 7 id 7 --per-cpu most", "--per-cpu takes each, sum"],
    ["id 7 id 7 --render value.packets=nothing", "nothing"],
    ["id 7 id 7 --config /nowhere", "/nowhere"],
  ])("%s is trouble", async (words, message) => {
    const { stderr, status } = await diff(words);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test.each([
    ["a reader that has gone away, since what it saw isn't all", new BrokenPipe()],
    ["a full disk", new EbpfMapError("OUTPUT", "write the output: no space left on device")],
    ["a fault of this program", new TypeError("surprise")],
  ])("%s is trouble", async (_, error) => {
    const write = (): void => {
      throw error;
    };
    expect((await diff(`id 7 file ${await snapshot(7, altered)}`, { write })).status).toBe(2);
  });

  test("abbreviated, and behind bpftool's word", async () => {
    expect((await runMain(["di", "id", "7", "--top", "3"], { kernel: new QueryKernel() })).status).toBe(2);
    expect((await runMain(["map", "diff", "id", "7", "--x"], { kernel: new QueryKernel() })).status).toBe(2);
  });
});
