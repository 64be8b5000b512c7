import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useScratch } from "../../../../helpers/use-scratch.ts";
import { CommandKernel } from "../../command-kernel.ts";
import { runMain } from "../../run-main.ts";

const scratch = useScratch();

describe("stats", () => {
  test("all maps, a line of JSON each in a pipe", async () => {
    const { stdout, status } = await runMain(["stats"]);
    const lines = stdout.trimEnd().split("\n");
    expect(status).toBe(0);
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      id: 7,
      name: "conns",
      type: "hash",
      entries: 3,
      max_entries: 16,
      ratio: 0.1875,
      when_full: "refuses",
      preallocated: true,
      memlock: 4096,
      mode: "batch",
      complete: true,
    });
    expect(JSON.parse(lines[3] ?? "")).toMatchObject({ type: "queue", ratio: 0 });
  });

  test("a table on a terminal", async () => {
    const { stdout } = await runMain(["stats", "id", "7", "name", "twins"], {
      isTerminal: true,
      env: { NO_COLOR: "1" },
    });
    expect(stdout).toBe(
      [
        "id  name   type  entries  max   full  memory  when full  read",
        " 7  conns  hash        3   16  18.7%   4 KiB  refuses    batch",
        " 8  twins  hash        1   16   6.2%   4 KiB  refuses    batch",
        " 9  twins  hash        0   16   0.0%   4 KiB  refuses    batch",
        "",
      ].join("\n"),
    );
  });

  test.each(["-j", "-p", "-o json"])("%s is one document", async (option) => {
    const { stdout } = await runMain(["stats", "name", "twins", ...option.split(" ")]);
    expect(JSON.parse(stdout)).toMatchObject([{ id: 8 }, { id: 9, preallocated: false }]);
  });

  test("of a snapshot", async () => {
    const file = join(scratch.folder, "conns.ndjson");
    await runMain(["save", "id", "7", file]);
    const { stdout } = await runMain(["stats", "file", file]);
    expect(JSON.parse(stdout)).toMatchObject({ id: 7, entries: 3, mode: "snapshot", memlock: 4096 });
  });

  test("--warn: which maps, and 4", async () => {
    const { stderr, status } = await runMain(["stats", "--warn", "18"]);
    expect(stderr).toBe("Warning: map id 7 (conns) is 18.7% full: 3 of 16 entries\n");
    expect(status).toBe(4);
    expect((await runMain(["stats", "--warn", "19"])).status).toBe(0);
  });

  test("the share that is too much is red on a terminal", async () => {
    const { stdout } = await runMain(["stats", "id", "7", "--warn", "10%"], { isTerminal: true });
    expect(stdout).toContain("\x1b[31m18.7%\x1b[39m");
  });

  test.each(["0", "-1", "101", "1x", "", "NaN"])("--warn %j is refused", async (value) => {
    const { stderr, stdout, status } = await runMain(["stats", `--warn=${value}`]);
    expect(stderr).toBe(`Error: --warn takes a percentage above 0 and up to 100, got '${value}'\n`);
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  });

  test("words that are no maps", async () => {
    expect((await runMain(["stats", "id"])).stderr).toContain("stats: expected [MAP…], got 'id'");
    expect((await runMain(["stats", "id", "999"])).stderr).toContain("open map id 999");
    expect((await runMain(["stats", "-o", "arrow"])).stderr).toBe(
      "Error: --output takes table, csv, ndjson, json or yaml, got 'arrow'\n",
    );
  });

  describe("as asked, in a pipe too", () => {
    const idsOf = async (...more: string[]): Promise<number[]> => {
      const { stdout, stderr } = await runMain(["stats", ...more]);
      expect(stderr).toBe("");
      const lines = stdout.split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line).id);
    };

    test.each<[string[], number[]]>([
      [
        ["--sort", "id:desc"],
        [10, 9, 8, 7],
      ],
      [
        ["--sort", "name,id:desc"],
        [7, 10, 9, 8],
      ],
      [
        ["--sort", "ratio:desc", "--top", "2"],
        [7, 8],
      ],
      [
        ["--where", 'type == "hash" && ratio > 0.0'],
        [7, 8],
      ],
      [
        ["--where", 'name.startsWith("tw")', "--sort", "entries"],
        [9, 8],
      ],
      [["--where", "entries == 3"], [7]],
      [["--where", "preallocated", "--top", "0"], []],
    ])("%j", async (more, ids) => {
      expect(await idsOf(...more)).toEqual(ids);
    });

    test("--watch --where --sort", async () => {
      const more = ["--watch", "--count", "1", "--where", "ratio < 0.1", "--sort", "id:desc"];
      expect(await idsOf(...more)).toEqual([10, 9, 8]);
    });

    test("-o csv has all columns", async () => {
      const { stdout } = await runMain(["stats", "-o", "csv", "id", "7"]);
      expect(stdout).toBe(
        "id,name,type,entries,max_entries,ratio,when_full,preallocated,memlock,mode,complete,error_95,at_least,pending,consumed,growth,full_in,owner,owners,orphaned,error\r\n" +
          "7,conns,hash,3,16,0.1875,refuses,true,4096,batch,true,,false,,,,,,,,\r\n",
      );
    });

    test("-o yaml", async () => {
      const { stdout } = await runMain(["stats", "-o", "yaml", "id", "7", "--top", "1"]);
      expect(stdout).toContain("- id: 7\n  name: conns\n  type: hash\n  entries: 3\n");
    });
  });

  describe("--group-by", () => {
    test("type, the most memory first", async () => {
      const { stdout } = await runMain(["stats", "--group-by", "type"]);
      expect(stdout).toBe(
        '{"type":"hash","maps":3,"entries":4,"max_entries":48,"memlock":12288,"fullest":0.1875,"uncounted":0}\n' +
          '{"type":"queue","maps":1,"entries":0,"max_entries":16,"memlock":4096,"fullest":0,"uncounted":0}\n',
      );
    });

    test("name, as a table", async () => {
      const { stdout } = await runMain(["stats", "--group-by", "name", "-o", "table", "--where", 'type == "hash"']);
      expect(stdout).toBe(
        [
          "name   maps  entries  max  memory  fullest  uncounted",
          "twins     2        1   32   8 KiB     6.2%          0",
          "conns     1        3   16   4 KiB    18.7%          0",
          "",
        ].join("\n"),
      );
    });
  });

  describe("top in a pipe prints what stats --watch prints", () => {
    test("the fullest first", async () => {
      const { stdout, stderr, status } = await runMain(["top", "--count", "1"]);
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      const maps = stdout.trimEnd().split("\n");
      expect(maps.map((line) => JSON.parse(line).id)).toEqual([7, 8, 9, 10]);
    });

    test("on a terminal without a screen: tables", async () => {
      const env = { NO_COLOR: "1", TERM: "dumb" };
      const { stdout } = await runMain(["top", "--count", "1", "--top", "1"], { isTerminal: true, env, columns: 80 });
      const [time, ...lines] = stdout.split("\n");
      expect(time).toMatch(/^\d\d:\d\d:\d\d$/);
      expect(lines).toEqual([
        "id  name   type  entries  max   full  memory  when full  read",
        " 7  conns  hash        3   16  18.7%   4 KiB  refuses    batch",
        "",
        "",
      ]);
    });

    test("--warn", async () => {
      const { stderr, status } = await runMain(["top", "--count", "1", "--warn", "10"]);
      expect(stderr).toBe("Warning: map id 7 (conns) is 18.7% full: 3 of 16 entries\n");
      expect(status).toBe(4);
    });

    test.each([
      [["id"], "top: expected [MAP…], got 'id'"],
      [["-o", "table"], "top -o table needs a terminal"],
      [["--group-by", "type"], "--group-by"],
    ])("%j is refused", async (more, message) => {
      const { stderr, stdout, status } = await runMain(["top", ...more]);
      expect(stderr).toContain(`Error: ${message}`);
      expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
    });
  });

  test.each([
    [12, "ENOMEM", "cannot allocate memory (ENOMEM: the kernel is short of memory for the call)"],
    [5, "EIO", "input/output error (EIO)"],
  ])("a map that can't be counted, errno %d: said, and status 3", async (errno, name, text) => {
    const kernel = new CommandKernel((call) => (call === "lookupBatch" ? errno : undefined));
    const { stdout, stderr, status } = await runMain(["stats", "id", "7", "--warn", "10"], { kernel });
    expect({ stderr, status }).toEqual({
      stderr: `Note: map id 7 (conns) can't be measured: read map id 7 (conns): ${text}\n`,
      status: 3,
    });
    expect(JSON.parse(stdout)).toMatchObject({ entries: null, ratio: null, complete: false, error: name });
  });

  test("slots of which every look-up is refused are not none in use", async () => {
    const kernel = new CommandKernel((call) => ({ lookupBatch: 524, lookup: 1 })[call as string]);
    const mapInfo = kernel.mapInfo.bind(kernel);
    kernel.mapInfo = (fd) => ({ ...mapInfo(fd), type: 3 });
    const { stdout, stderr, status } = await runMain(["stats", "id", "7"], { kernel });
    expect(JSON.parse(stdout)).toMatchObject({ type: "prog_array", entries: null, error: "EPERM" });
    expect({ stderr, status }).toEqual({
      stderr: expect.stringContaining("operation not permitted (EPERM: "),
      status: 3,
    });
  });

  test("a queue has no entries to count, and that is no failure", async () => {
    const kernel = new CommandKernel((call) => (call === "nextKey" ? 22 : undefined));
    const { stdout, stderr, status } = await runMain(["stats", "id", "10"], { kernel });
    expect(JSON.parse(stdout)).toMatchObject({ entries: null, error: "EINVAL" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });

  test("without the right to list maps", async () => {
    const kernel = new CommandKernel((call) => (call === "nextMapId" ? 1 : undefined));
    const { stderr, status } = await runMain(["stats"], { kernel });
    expect(stderr).toContain("list maps: operation not permitted");
    expect(status).toBe(255);
  });

  test("--watch: a line for each map and time, with growth from the second on", async () => {
    const args = ["stats", "name", "twins", "--watch", "--interval", "10ms", "--count", "2"];
    const { stdout, stderr, status } = await runMain(args, { tick: 1 });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ id, growth, full_in }) => [id, growth, full_in])).toEqual([
      [8, undefined, undefined],
      [9, undefined, undefined],
      [8, 0, null],
      [9, 0, null],
    ]);
    expect(lines[0].time).toBe("1970-01-01T00:00:00.000Z");
  });

  test("--watch with --warn: as the last time was", async () => {
    const args = ["stats", "id", "7", "--watch", "--interval", "10ms", "--count", "2", "--warn", "10"];
    const { stderr, status } = await runMain(args, { tick: 1 });
    expect(stderr).toBe("Warning: map id 7 (conns) is 18.7% full: 3 of 16 entries\n");
    expect(status).toBe(4);
  });

  test.each([
    [["--interval", "1s"], "--interval needs --watch"],
    [["--watch", "--interval", "0"], "--interval takes a time from 10ms to 24h such as 500ms, 10s or 5m, got '0'"],
    [["--watch", "-o", "json"], "--output takes table or ndjson, got 'json'"],
    [["--count", "2"], "--count needs --watch"],
    [["--watch", "-o", "table"], "stats --watch -o table needs a terminal"],
    [["-f"], "--bpffs goes with list, not with stats"],
    [["--exact"], "--exact needs --watch"],
    [["--cpu", "5"], "--cpu needs --watch"],
    [["--watch", "--cpu", "0"], "--cpu takes a percentage above 0 and up to 100, got '0'"],
    [["--watch", "--cpu", "5", "--exact"], "--cpu and --exact exclude each other"],
    [["--watch", "--group-by", "type"], "--group-by"],
    [["--group-by", "size"], "--group-by takes name, type or owner, got 'size'"],
    [["--where", "rato > 0.5"], "--where: no column `rato`; did you mean `ratio`?"],
    [["--where", "ratio"], "--where: a condition is true or false, this is double"],
    [["--sort", "ratio:down"], "--sort: no column `ratio:down`"],
  ])("%j is refused", async (more, message) => {
    const { stderr, stdout, status } = await runMain(["stats", ...more]);
    expect(stderr).toContain(`Error: ${message}`);
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  });
});
