import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../../../src/cli/args/commands.ts";
import { EbpfMapError } from "../../../../../src/errors.ts";
import { QueryKernel } from "../../../../helpers/query-kernel.ts";
import { CommandKernel } from "../../command-kernel.ts";
import { type Around, runMain } from "../../run-main.ts";

/** The lines for a command line, whose last word is completed; words are separated by blanks. */
async function lines(line: string | readonly string[], around: Around = {}): Promise<string[]> {
  const words = typeof line === "string" ? line.split(" ") : line;
  const { stdout, stderr, status } = await runMain(["--get-yargs-completions", "ebpf-map", ...words], around);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((one) => one !== "");
}

async function texts(line: string | readonly string[], around: Around = {}): Promise<string[]> {
  return (await lines(line, around)).map((one) => one.split("\t")[0] ?? "").sort();
}

const QUERY: Around = { kernel: new QueryKernel() };

describe("commands, flags and their values", () => {
  test.each<[string, string[]]>([
    ["d", ["demo", "diff", "doctor", "dump"]],
    ["", COMMANDS.map(({ name }) => name).sort()],
    ["dump --p", ["--per-cpu", "--pretty"]],
    ["-j map events --p", ["--pages", "--poll", "--pretty"]],
    ["dump id 7 --per-cpu ", ["any", "avg", "each", "max", "min", "sum"]],
    ["dump --per-cpu=a", ["--per-cpu=any", "--per-cpu=avg"]],
    ["dump --compat 7.1 --per-cpu a", ["any", "avg"]],
    ["--com", ["--compat"]],
    ["zzz", []],
    ["zzz x", []],
    ["dump -- --p", []],
    ["dump id 7 ", []],
    ["dump --report=", []],
    ["lookup id 7 ", ["key"]],
    ["lookup id 7 key ", ["hex"]],
    ["lookup id 7 key 1 ", []],
    ["schema ", ["check", "export", "show"]],
    ["schema check conns ", [":files"]],
    ["event_pipe name pipe ", ["cpu", "index"]],
    ["save conns ", [":files"]],
    ["save file ", [":files"]],
    ["dump --btf ", [":files"]],
    ["verifier ", [":files"]],
    ["completion ", ["bash", "fish", "zsh"]],
    ["help conf", []],
    ["help per", ["per-cpu", "performance"]],
    ["list --type hash,has", ["hash,hash", "hash,hash_of_maps"]],
    ["list --sort mem", ["memlock"]],
    ["list --sort memlock", ["memlock", "memlock:desc"]],
    ["list --where own", ["owner", "owners", "owners_complete"]],
    ["top --sort ra", ["ratio"]],
    ["top --sort ratio,mem", ["ratio,memlock"]],
    ["stats --sort ratio", ["ratio", "ratio:desc"]],
    ["stats --where when", ["when_full"]],
    ["stats --watch --where own", ["owner", "owners"]],
    ["save --all ", [":files"]],
    ["save maps.ndjson --all ", []],
    ["save --all maps.ndjson ", []],
    ["demo ", []],
  ])("%s", async (line, words) => {
    expect(await texts(line)).toEqual(words);
  });

  test("descriptions stand behind a tab", async () => {
    expect(await lines("wat")).toEqual([`watch\t${COMMANDS.find(({ name }) => name === "watch")?.description}`]);
    expect(await lines("dump --no-p")).toEqual(["--no-progress\tshow no progress line, however long a read takes"]);
  });
});

describe("maps", () => {
  test.each<[string, string[]]>([
    ["dump con", ["conns\thash, key 4B, value 8B, max 16"]],
    ["dump tw", ["twins\t2 maps"]],
    [
      "dump id ",
      [
        "7\tconns hash, key 4B, value 8B, max 16",
        "8\ttwins hash, key 4B, value 8B, max 16",
        "9\ttwins hash, key 4B, value 8B, max 16",
        "10\tjobs queue, key 0B, value 4B, max 16",
      ],
    ],
    ["dump 1", ["10\tjobs queue, key 0B, value 4B, max 16"]],
    ["dump n", ["name\tmaps by their name, or a pattern"]],
    ["peek name ", ["jobs\tqueue, key 0B, value 4B, max 16"]],
    ["events name ", []],
    ["diff id 7 tw", ["twins\t2 maps"]],
    ["top name conns tw", ["twins\t2 maps"]],
    ["top jo", ["jobs\tqueue, key 0B, value 4B, max 16"]],
    ["stats 7 8 jo", ["jobs\tqueue, key 0B, value 4B, max 16"]],
    ["save n j", ["jobs\tqueue, key 0B, value 4B, max 16"]],
    ["dump ./", [":files"]],
    ["dump file x", [":files"]],
  ])("%s", async (line, found) => {
    expect(await lines(line)).toEqual(found);
  });

  test("without rights there are none, and nothing is said", async () => {
    class Refusing extends CommandKernel {
      override nextMapId(): ReturnType<CommandKernel["nextMapId"]> {
        throw new EbpfMapError("NO_PERMISSION", "list maps: operation not permitted");
      }
    }
    expect(await lines("dump con", { kernel: new Refusing() })).toEqual([]);
  });
});

describe("fields of the map that the command names", () => {
  test.each<[readonly string[], string[]]>([
    [
      ["dump", "conns", "--select", "key."],
      ["key.dport", "key.proto", "key.saddr"],
    ],
    [
      ["dump", "id", "7", "--select", "key.saddr,value.s"],
      ["key.saddr,value.seen", "key.saddr,value.slots", "key.saddr,value.st"],
    ],
    [["dump", "conns", "--sort=value.by"], ["--sort=value.bytes"]],
    [
      ["dump", "conns", "--sort", "value.bytes"],
      ["value.bytes", "value.bytes:desc"],
    ],
    [["dump", "conns", "--sort", "value.bytes:"], ["value.bytes:desc"]],
    [["watch", "conns", "--where", "'value.packets > 3 && value.pa"], ["value.packets > 3 && value.packets"]],
    [["dump", "conns", "--group-by", "value.st"], ["value.st"]],
    [["dump", "conns", "--group-by", "value.st", "--agg", "su"], ["sum("]],
    [["dump", "conns", "--group-by", "value.st", "--agg", "count(),sum(value.by"], ["count(),sum(value.bytes)"]],
    [["dump", "conns", "--render", "key.sa"], ["key.saddr="]],
    [
      ["dump", "nosuchmap", "--render", "key.saddr=ipv"],
      ["key.saddr=ipv4", "key.saddr=ipv6"],
    ],
    [["dump", "nosuchmap", "--select", "key."], []],
    [["lookup", "conns", "key", "1", "--select", "value.com"], ["value.comm"]],
  ])("%j", async (words, found) => {
    expect(await texts(words, QUERY)).toEqual(found);
  });

  test("their types are the descriptions", async () => {
    expect(await lines(["dump", "conns", "--select", "value.st"], QUERY)).toEqual(["value.st\tenum state"]);
  });
});

describe("the command", () => {
  test.each(["bash", "zsh", "fish"])("prints a script for %s", async (shell) => {
    const { stdout, status } = await runMain(["completion", shell]);
    expect(status).toBe(0);
    expect(stdout).toContain("ebpf-map --get-yargs-completions");
    expect(stdout).toContain(`completion ${shell}`);
  });

  test("alone, in a pipe, prints that for bash, as it did before there were others", async () => {
    expect((await runMain(["completion"])).stdout).toBe((await runMain(["completion", "bash"])).stdout);
  });

  test("alone, on a terminal, says how to install one", async () => {
    const { stdout } = await runMain(["completion"], { isTerminal: true, env: { SHELL: "/usr/bin/fish" } });
    expect(stdout).toMatch(/^Completion for (bash|zsh|fish), in this shell:\n {4}\S.*\nIn every new one:\n {4}\S/);
    expect(stdout).toContain("ebpf-map completion");
  });
});
