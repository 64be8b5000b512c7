import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { sealed } from "../../snapshot/sample-maps.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();
const PORT = ["--render", "key.dport=port", "--where", "key.dport == 47873"];
const HINT = "`key.dport` is in network byte order; did you mean `key.dport == htons(47873)`?";

function run(args: readonly string[], around: Around = {}): Promise<MainRun> {
  return runMain(args, { kernel: new QueryKernel(), ...around });
}

describe("a filter that kept nothing of a field that is shown in another form", () => {
  test.each<[string, string[], string]>([
    ["lines", [], ""],
    ["a count", ["--count-only"], '{"count":0}\n'],
    ["an array", ["-o", "json"], "[]\n"],
    ["an order", ["--sort", "value.packets"], ""],
    ["groups", ["--group-by", "key.proto"], ""],
  ])("%s", async (_, more, stdout) => {
    expect(await run(["dump", "name", "conns", ...PORT, ...more])).toEqual({
      stdout,
      stderr: `Note: --where kept none of 3 entries of map id 7 (conns): ${HINT}\n`,
      status: 0,
    });
  });

  test("the expression in the note finds the entry, and a filter that finds some needs no note", async () => {
    const args = ["dump", "name", "conns", "--render", "key.dport=port", "--select", "key.dport", "--where"];
    expect(await run([...args, "key.dport == htons(47873)"])).toEqual({
      stdout: '{"key.dport":47873}\n',
      stderr: "",
      status: 0,
    });
    expect((await run([...args, "key.dport == htons(1)"])).stderr).toBe("");
  });

  test("without the renderer there is nothing to say", async () => {
    const { stderr } = await run(["dump", "name", "conns", "--where", "key.dport == 47873"]);
    expect(stderr).toBe("");
  });

  test("diff says it of both maps", async () => {
    const { stderr } = await run(["diff", "name", "conns", "id", "7", ...PORT]);
    expect(stderr).toBe(`Note: --where kept none of 3 entries of map id 7 (conns): ${HINT}\n`.repeat(2));
  });

  test("watch says it once", async () => {
    const args = ["watch", "name", "conns", "--interval", "10ms", "--count", "3", ...PORT];
    expect(await run(args, { tick: 1 })).toEqual({
      stdout: "",
      stderr: `Note: --where kept none of 3 entries of map id 7 (conns): ${HINT}\n`,
      status: 0,
    });
  });
});

test("a number that a field can't hold", async () => {
  const { stderr } = await run(["dump", "name", "conns", "--where", "key.proto == 256"]);
  expect(stderr).toBe("Note: --where kept none of 3 entries of map id 7 (conns): `key.proto` holds 8 bits: 0 to 255\n");
});

describe("of a snapshot, now is when it was saved", () => {
  /** A snapshot of `counts`, saved ten seconds after the start of its machine. */
  async function snapshot(): Promise<string> {
    const file = join(scratch.folder, "counts.ndjson");
    await run(["save", "name", "counts", file]);
    const edit = (line: string): string =>
      line
        .replace(/"bootTimeOffsetNs":"\d+"/, '"bootTimeOffsetNs":"1700000000000000000"')
        .replace(/"time":"[^"]*"/, '"time":"2023-11-14T22:13:30.000Z"');
    writeFileSync(file, sealed(readFileSync(file, "utf8").trimEnd().split("\n").map(edit)));
    return file;
  }

  test.each<[string, string]>([
    ['now() == duration("10s")', "0 1 2 3"],
    ['now("boot") - value == duration("10s") - 5', "1"],
    ['now() - value > duration("10s")', ""],
    ['now("realtime") == timestamp("2023-11-14T22:13:30Z", "realtime")', "0 1 2 3"],
    ['value < timestamp("2023-11-14T22:13:20.000000006Z")', "0 1 3"],
  ])("%s", async (where, keys) => {
    const file = await snapshot();
    for (const clock of [{}, { tick: 1000 }]) {
      const { stdout } = await run(["dump", "file", file, "--where", where, "--select", "key"], clock);
      const kept = stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { key: number }).key);
      expect(kept.join(" ")).toBe(keys);
    }
  });
});
