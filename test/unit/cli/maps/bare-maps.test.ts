import { expect, test } from "vitest";
import type { CommandName } from "../../../../src/cli/args/commands.ts";
import { withMapKeywords } from "../../../../src/cli/maps/bare-maps.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

function full(command: CommandName, line: string): string {
  return withMapKeywords(command, line === "" ? [] : line.split(" ")).join(" ");
}

test.each<[CommandName, string, string]>([
  ["dump", "7", "id 7"],
  ["dump", "0x1f", "id 0x1f"],
  ["dump", "conns", "name conns"],
  ["dump", "cali_*", "name cali_*"],
  ["dump", ".rodata", "name .rodata"],
  ["dump", "7up", "name 7up"],
  ["dump", "-", "file -"],
  ["dump", "./conns.ndjson.gz", "file ./conns.ndjson.gz"],
  ["dump", "/no/where/conns", "file /no/where/conns"],
  ["list", "conns", "name conns"],
  ["peek", "jobs", "name jobs"],
  ["watch", "conns", "name conns"],
  ["events", "rb", "name rb"],
  ["generate", "conns", "name conns"],
  ["doctor", "7", "id 7"],
  ["lookup", "conns", "name conns"],
  ["lookup", "7 key 1 0 0 0", "id 7 key 1 0 0 0"],
  ["lookup", "conns k hex 01", "name conns k hex 01"],
  ["getnext", "7 key 1", "id 7 key 1"],
  ["event_pipe", "pipe cpu 0 index 1", "name pipe cpu 0 index 1"],
  ["save", "conns out.gz", "name conns out.gz"],
  ["schema", "show conns", "show name conns"],
  ["schema", "check 7 conns.schema.json", "check id 7 conns.schema.json"],
  ["stats", "7 conns", "id 7 name conns"],
  ["stats", "id 7 conns name x 8", "id 7 name conns name x id 8"],
  ["diff", "./a.gz 7", "file ./a.gz id 7"],
  ["diff", "id 7 8", "id 7 id 8"],
])("%s %s is %s", (command, line, meant) => {
  expect(full(command, line)).toBe(meant);
});

test.each<[CommandName, string]>([
  ["dump", ""],
  ["dump", "id 7"],
  ["dump", "i 7"],
  ["dump", "na conns"],
  ["dump", "pin"],
  ["dump", "foo bar"],
  ["dump", "7 8"],
  ["lookup", "foo 1 0 0 0"],
  ["lookup", "id key"],
  ["event_pipe", "foo bar"],
  ["save", "name conns"],
  ["save", "conns"],
  ["schema", "check 7"],
  ["schema", ""],
  ["stats", ""],
  ["stats", "id"],
  ["diff", "id 7 file x"],
  ["help", "dump"],
  ["verifier", "load.log"],
])("%s %s stays as it is", (command, line) => {
  expect(full(command, line)).toBe(line);
});

test("a path in a bpf file system is a pin, whether it is there or not", () => {
  expect(full("dump", "/sys/fs/bpf/no/such/pin")).toBe("pinned /sys/fs/bpf/no/such/pin");
  expect(full("dump", "/sys/fs/bpf/../../../etc/passwd")).toBe("file /sys/fs/bpf/../../../etc/passwd");
});

test("commands take bare maps, also behind `map` and with options anywhere", async () => {
  const named = await runMain(["list", "id", "7"]);
  expect(named.stdout).toContain("name conns");
  expect(await runMain(["list", "7"])).toEqual(named);
  expect(await runMain(["map", "list", "conns"])).toEqual(named);
  const json = await runMain(["-j", "dump", "id", "7"]);
  expect(await runMain(["dump", "-j", "conns"])).toEqual(json);
  expect((await runMain(["diff", "7", "conns"])).status).toBe(0);
  expect((await runMain(["peek", "jobs"])).stdout).toContain("01 02 03 04");
});

test("a keyword alone is no map", async () => {
  const { stderr, status } = await runMain(["dump", "na"]);
  expect(status).toBe(255);
  expect(stderr).toContain("dump: expected MAP, got 'na' (did you mean: ebpf-map dump name na?)\n");
  expect((await runMain(["dump", "name"])).stderr).toContain("dump: expected MAP, got 'name'\n");
});

test("a file without a slash is taken for a name, and the hint says so", async () => {
  const name = "package.json";
  expect((await runMain(["dump", name])).stderr).toBe(
    `Error: no map has the name '${name}'; did you mean the file './${name}'?\n`,
  );
  const long = "package-lock.json";
  expect((await runMain(["dump", long])).stderr).toBe(
    `Error: map name '${long}' has 17 bytes (the kernel keeps 15); did you mean the file './${long}'?\n`,
  );
  expect((await runMain(["dump", `${scratch.folder}/none.gz`])).stderr).toContain("no such file");
});
