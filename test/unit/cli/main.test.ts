import { describe, expect, test } from "vitest";
import type { FakeKernel } from "../../helpers/fake-kernel.ts";
import { CommandKernel } from "./command-kernel.ts";
import { runMain } from "./run-main.ts";

const CONNS =
  '{"id":7,"type":"hash","name":"conns","flags":0,"bytes_key":4,"bytes_value":8,"max_entries":16,"bytes_memlock":4096,"frozen":0}';
const TWIN_8 = CONNS.replace('"id":7', '"id":8').replace("conns", "twins");
const TWIN_9 = TWIN_8.replace('"id":8', '"id":9').replace('"flags":0', '"flags":1');
const JOBS = CONNS.replace('"id":7,"type":"hash","name":"conns"', '"id":10,"type":"queue","name":"jobs"')
  .replace('"bytes_key":4', '"bytes_key":0')
  .replace('"bytes_value":8', '"bytes_value":4');
const CONNS_PLAIN = "7: hash  name conns  flags 0x0\n\tkey 4B  value 8B  max_entries 16  memlock 4096B\n";
const DUMP = `key: 00 00 00 00  value: 00 00 00 00 00 00 00 00
key: 01 00 00 00  value: 03 00 00 00 00 00 00 00
key: 02 00 00 00  value: 06 00 00 00 00 00 00 00
Found 3 elements
`;
const ONE = '{"key":["0x01","0x00","0x00","0x00"],"value":["0x03","0x00","0x00","0x00","0x00","0x00","0x00","0x00"]}\n';

describe("what is printed", () => {
  test.each<[string, string]>([
    ["-j list", `[${CONNS},${TWIN_8},${TWIN_9},${JOBS}]\n`],
    ["-j map", `[${CONNS},${TWIN_8},${TWIN_9},${JOBS}]\n`],
    ["map show id 7", CONNS_PLAIN],
    ["m s i 7", CONNS_PLAIN],
    ["list name conns", CONNS_PLAIN],
    ["-j list id 7", `${CONNS}\n`],
    ["-j list name twins", `[${TWIN_8},${TWIN_9}]\n`],
    ["dump id 7", DUMP],
    ["d i 0x7", DUMP],
    ["dump pinned /sys/fs/bpf/conns", DUMP],
    ["lookup id 7 key 1 0 0 0", "key: 01 00 00 00  value: 03 00 00 00 00 00 00 00\n"],
    ["-j lookup id 7 k h 1 0 0 0", ONE],
    ["-j map peek id 7 key 1 0 0 0", ONE],
    ["getnext id 7", "key: None\nnext key:\n00 00 00 00\n"],
    ["-j getnext id 7 key 1 0 0 0", '{"key":["0x01","0x00","0x00","0x00"],"next_key":["0x02","0x00","0x00","0x00"]}\n'],
    ["peek name jobs", "value: 01 02 03 04\n"],
    ["-j lookup name jobs", '{"key":[],"value":["0x01","0x02","0x03","0x04"]}\n'],
    ["-j help", "null\n"],
    ["-j", "null\n"],
    ["-p dump -h", "null\n"],
  ])("%s", async (line, stdout) => {
    expect(await runMain(line.split(" "))).toEqual({ stdout, stderr: "", status: 0 });
  });

  test("several maps of a name, each below its header", async () => {
    const { stdout } = await runMain(["dump", "name", "twins"]);
    expect(stdout).toBe(
      "8: hash  name twins  flags 0x0\nkey: 00 00 00 00  value: 00 00 00 00 00 00 00 00\nFound 1 element\n\n" +
        "9: hash  name twins  flags 0x1\nFound 0 elements\n",
    );
  });

  test("pretty", async () => {
    const { stdout } = await runMain(["-p", "getnext", "id", "7"]);
    expect(stdout).toBe('{\n    "key": null,\n    "next_key": ["0x00","0x00","0x00","0x00"\n    ]\n}\n');
  });
});

describe("failures, in JSON and in words", () => {
  test.each<[line: string, status: number, answer: string, words: string]>([
    ["dump id 3", 255, "get map by id (3): No such file or directory", "open map id 3: it failed"],
    ["list id 0", 255, "get map by id (0): No such file or directory", "open map id 0: it failed"],
    ["dump id 1e3", 255, "can't parse 1e3 as ID", "'1e3' is not a map id"],
    ["dump name sixteen_letters_", 255, "can't parse name", "has 16 bytes"],
    ["dump foo 1", 255, "expected 'id', 'name' or 'pinned', got: 'foo'?", "expected 'id', 'name', 'pinned' or 'file'"],
    ["list id", 255, "what is 'id'?", "list: expected [MAP], got 'id'\nUsage: ebpf-map list [MAP]"],
    ["lookup name twins key 1", 255, "several maps match this handle", "choose one by id (8, 9)"],
    ["lookup id 7 key 1 2 3", 255, "key expected 4 bytes got 3", "the key needs 4 bytes, got 3"],
    ["lookup id 7", 255, "did not find key", "no key was given"],
    ["peek name jobs key 1", 255, "unnecessary key", "a queue or stack has no keys"],
    ["getnext id 7 key 2 0 0 0", 254, "can't get next key: No such file or directory", "find the next key of map id 7"],
    ["--compat 5.10 getnext id 7 key 2 0 0 0", 255, "can't get next key: No such file or directory", "there is none"],
    ["dump pinned /sys/fs/bpf/none", 255, "bpf obj get (/sys/fs/bpf/none): No such file or directory", "open pinned"],
    [
      "dump pinned /nowhere/secret",
      255,
      "bpf obj get (/nowhere): directory not in bpf file system (bpffs)",
      "open pinned /nowhere/secret",
    ],
    ["dump pinned /sys/fs/bpf/prog", 255, "incorrect object type: prog", "it is a prog, not a map"],
    ["dump pinned /sys/fs/bpf/link", 255, "bpf obj get (/sys/fs/bpf/link): Invalid argument", "open pinned"],
    ["--compat 7.1 dump pinned /sys/fs/bpf/link", 255, "incorrect object type: link", "open pinned"],
    ["--compat 5.10 dump pinned /sys/fs/bpf/link", 255, "incorrect object type: unknown", "open pinned"],
    ["--nosuch list", 255, "unrecognized option '--nosuch'", "there is no option --nosuch"],
    ["--compat 9 list", 255, "--compat takes 5.10, 7.1, 7.5 or 7.8, got '9'", "--compat takes"],
    [
      "list --force",
      255,
      "--force goes with report, dump, save, not with list",
      "--force goes with report, dump, save",
    ],
    ["dump id 7 --pids", 255, "--pids goes with list, not with dump", "--pids goes with list"],
    ["update id 7 key 1", 2, "ebpf-map only reads maps: use 'bpftool map update'", "only reads maps"],
    ["map delete id 7", 2, "ebpf-map only reads maps: use 'bpftool map delete'", "only reads maps"],
    ["map p id 7 /x", 2, "ebpf-map only reads maps: use 'bpftool map pin'", "only reads maps"],
    ["prog show", 2, "ebpf-map only reads maps: use 'bpftool prog'", "only reads maps"],
  ])("%s", async (line, status, answer, words) => {
    // Options behind a wrong one aren't looked at, so -j comes first.
    const json = await runMain(["-j", ...line.split(" ")]);
    expect(json).toEqual({ stdout: `{"error":"${answer}"}\n`, stderr: "", status });
    const pretty = await runMain(["-p", ...line.split(" ")]);
    expect(pretty).toEqual({ stdout: `{\n    "error": "${answer}"\n}\n`, stderr: "", status });
    const plain = await runMain(line.split(" "));
    expect(plain).toMatchObject({ stdout: "", status });
    expect(plain.stderr).toMatch(/^Error: /);
    expect(plain.stderr).toContain(words);
  });

  test.each<[string, string]>([
    ["dump", "dump: expected MAP, got nothing\nUsage: ebpf-map dump MAP\n       MAP  := [id] N"],
    ["dump id 7 8", "dump: expected MAP, got 'id 7 8'"],
    ["lookup id", "lookup: expected MAP [key DATA], got 'id'\nUsage: ebpf-map lookup MAP [key DATA]"],
    ["getnext", "getnext: expected MAP [key DATA], got nothing"],
    ["save id 7", "save: expected MAP FILE or --all FILE, got 'id 7'"],
    ["dmup id 7", "there is no command 'dmup' (did you mean dump?)"],
    ["xyzzy", "there is no command 'xyzzy' (all commands: ebpf-map help)"],
  ])("%s: where bpftool shows its usage, JSON is null", async (line, words) => {
    for (const style of ["-j", "-p"]) {
      const { stdout, stderr, status } = await runMain([style, ...line.split(" ")]);
      expect({ stdout, status }).toEqual({ stdout: "null\n", status: 255 });
      expect(stderr).toContain(`Error: ${words}`);
    }
    const plain = await runMain(line.split(" "));
    expect(plain).toMatchObject({ stdout: "", status: 255 });
    expect(plain.stderr).toContain(`Error: ${words}`);
  });

  test.each(["list", "dump", "lookup"])("%s name NONE: bpftool says nothing", async (command) => {
    const stderr = "Error: no map has the name 'none' (list shows all)\n";
    expect(await runMain([command, "name", "none"])).toEqual({ stdout: "", stderr, status: 255 });
    expect(await runMain(["-j", command, "name", "none"])).toEqual({ stdout: "\n", stderr, status: 255 });
    expect(await runMain(["-p", command, "name", "none"])).toEqual({ stdout: "\n", stderr, status: 255 });
  });

  test("a key that isn't there", async () => {
    const line = ["lookup", "id", "7", "key", "9", "0", "0", "0"];
    expect(await runMain(line)).toEqual({ stdout: "key:\n09 00 00 00\n\nNot found\n", stderr: "", status: 254 });
    expect(await runMain(["-j", ...line])).toEqual({ stdout: "null\n", stderr: "", status: 254 });
    expect(await runMain(["--compat", "5.10", ...line])).toMatchObject({ status: 255 });
  });

  test("a lookup that the kernel refuses", async () => {
    const kernel = (): FakeKernel => new CommandKernel((call) => (call === "lookup" ? 1 : undefined));
    const line = ["lookup", "id", "7", "key", "9", "0", "0", "0"];
    expect(await runMain(["-j", ...line], { kernel: kernel() })).toEqual({
      stdout: '{"error":"lookup failed: Operation not permitted"}\n',
      stderr: "",
      status: 255,
    });
    expect((await runMain(line, { kernel: kernel() })).stderr).toContain("Error: look up a key in map id 7 (conns)");
  });

  test("maps can't be listed: the error stands in the array", async () => {
    const kernel = (): FakeKernel => new CommandKernel((call) => (call === "nextMapId" ? 1 : undefined));
    const stdout = '[{"error":"can\'t get next map: Operation not permitted"}]\n';
    expect(await runMain(["-j", "list"], { kernel: kernel() })).toEqual({ stdout, stderr: "", status: 255 });
    const plain = await runMain(["list"], { kernel: kernel() });
    expect(plain).toMatchObject({ stdout: "", status: 255 });
    expect(plain.stderr).toMatch(/^Error: list maps: operation not permitted \(.*CAP_SYS_ADMIN/);
    const byName = await runMain(["-j", "dump", "name", "conns"], { kernel: kernel() });
    expect(byName.stdout).toBe('{"error":"Operation not permitted"}\n');
  });

  test("a map can't be opened in the middle of a list: those before it are shown", async () => {
    const kernel = new CommandKernel((call, count) => (call === "openMap" && count === 1 ? 1 : undefined));
    const { stdout, status } = await runMain(["-j", "list"], { kernel });
    expect(stdout).toBe(`[${CONNS},{"error":"can't get map by id (8): Operation not permitted"}]\n`);
    expect(status).toBe(255);
    expect(kernel.openCount).toBe(0);
  });

  test("a map that vanishes during a list is left out", async () => {
    const kernel = new CommandKernel((call, count) => (call === "openMap" && count === 1 ? 2 : undefined));
    expect((await runMain(["-j", "list"], { kernel })).stdout).toBe(`[${CONNS},${TWIN_9},${JOBS}]\n`);
  });
});

test("a number that is cut is said on stderr, and nothing else changes", async () => {
  expect(await runMain(["-j", "list", "id", "4294967303"])).toEqual({
    stdout: `${CONNS}\n`,
    stderr: "Warning: map id 4294967303 is cut to 32 bits, as bpftool does: 7\n",
    status: 0,
  });
});

test("control characters in a name are made visible on stderr", async () => {
  const { stderr } = await runMain(["list", "name", "a\x1b[31m\rb"]);
  expect(stderr).toBe("Error: no map has the name 'a\\e[31m\\rb' (list shows all)\n");
});

test("all descriptors are closed", async () => {
  const kernel = new CommandKernel();
  for (const line of [
    "list",
    "list name twins",
    "dump id 7",
    "dump name twins",
    "lookup id 7 key 1 0 0 0",
    "lookup name twins",
    "getnext id 7 x",
  ]) {
    await runMain(line.split(" "), { kernel });
  }
  expect(kernel.openCount).toBe(0);
});
