import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EbpfMapError } from "../../src/errors.ts";
import { integerLayout } from "../../src/query/fields/synthetic-layouts.ts";
import { LiveMap } from "../../src/reader/live-map.ts";
import { schemaText } from "../../src/schema/file/schema-file.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { isRingBuffer } from "../../src/sys/map-types.ts";
import { bpftoolPath, run } from "../helpers/bpftools.ts";
import { MAP_RECIPES, type MapRecipe, makeMap } from "../helpers/map-recipes.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { MARK } from "../helpers/run-each.ts";
import { Scratch } from "../helpers/scratch.ts";
import { stageModule } from "../helpers/staged-program.ts";
import { type Deeds, deedsOf, TRACED } from "../helpers/system-calls.ts";

/**
 * What is run on a map of each type: MAP stands for `id N`, PIN for where it is pinned, KEY for a key of zeros, FILE
 * for a file to write, SCHEMA for a schema file.
 */
const COMMANDS: readonly string[] = [
  "list MAP",
  "-j list -f --pids MAP",
  "dump MAP",
  "-j dump MAP",
  "-p dump pinned PIN",
  "dump name never_writes",
  "lookup MAP key KEY",
  "getnext MAP",
  "-j getnext MAP key KEY",
  "peek MAP",
  ...["table", "csv", "ndjson", "json", "yaml", "hist"].map((format) => `dump MAP -o ${format}`),
  "dump MAP --where true --sort entry.index --top 2 -o ndjson",
  "dump pinned PIN --select key,value --limit 2 -o csv",
  "dump MAP --group-by key --agg count() -o ndjson",
  "dump MAP --per-cpu sum -o ndjson",
  "dump MAP --recursive -o ndjson",
  "dump MAP --count-only",
  "dump MAP --watch --interval 10ms --count 2",
  "watch MAP --interval 10ms --count 2",
  "watch pinned PIN --count 1",
  "lookup MAP --key 0 -o ndjson",
  "diff MAP pinned PIN",
  "stats MAP",
  "stats MAP --watch --interval 10ms --count 2",
  "schema show MAP",
  "schema show MAP --format c",
  "schema export MAP",
  "schema check MAP SCHEMA",
  "generate MAP",
  "generate MAP -o FILE",
  "generate MAP -o SCHEMA --check",
  "save MAP FILE",
  "save pinned PIN FILE --force",
  "events MAP --for 10ms",
  "report MAP -o FILE",
  "serve --once",
];

/** What writes the file that it is given. */
const WRITING = /^(?:save|generate MAP -o FILE|report)/;
/** What maps a ring buffer into memory, for which the kernel wants a descriptor that could also write. */
const MAPPING = /^(?:events|stats|report|serve|dump (?:MAP|pinned PIN) --?\w)/;

const kernel = new LinuxKernel();

/** Who uses a map is asked of programs and their links, as far as the machine has any. */
const OWNER_COMMANDS: readonly string[] = ["BPF_LINK_GET_FD_BY_ID", "BPF_LINK_GET_NEXT_ID", "BPF_PROG_QUERY"];

/** All that reading takes. */
const READING_COMMANDS: readonly string[] = [
  "BPF_BTF_GET_FD_BY_ID",
  "BPF_MAP_GET_FD_BY_ID",
  "BPF_MAP_GET_NEXT_ID",
  "BPF_MAP_GET_NEXT_KEY",
  "BPF_MAP_LOOKUP_BATCH",
  "BPF_MAP_LOOKUP_ELEM",
  "BPF_OBJ_GET",
  "BPF_OBJ_GET_INFO_BY_FD",
  // Programs that write to a stream name the types of its events in their BTF.
  "BPF_PROG_GET_FD_BY_ID",
  "BPF_PROG_GET_NEXT_ID",
];

liveSuite("what the program asks the kernel for", ["kernel", "strace", "build", "bpftools"], () => {
  const scratch = new Scratch();
  let maps: readonly MadeMap[] = [];
  const deeds: (Deeds & { readonly command: string; readonly type: string })[] = [];

  beforeAll(async () => {
    const runEach = await stageModule(scratch, "test", "helpers", "run-each.ts");
    maps = await makeMaps();
    const runs = maps.flatMap((map) => COMMANDS.map((command, i) => ({ map, command, file: `${map.id}-${i}` })));
    const lines = runs.map(({ map, command, file }) => wordsFor(command, map, join(scratch.folder, `${file}.ndjson`)));
    const trace = await strace([process.execPath, runEach, listFile(lines)]);
    for (const [i, deed] of deedsOf(trace).entries()) {
      deeds.push({ ...deed, command: runs[i]?.command ?? "", type: runs[i]?.map.recipe.name ?? "" });
    }
    expect(deeds).toHaveLength(runs.length);
  });

  afterAll(() => scratch[Symbol.dispose]());

  test("nothing but reading, on a map of any type", () => {
    const others = deeds.filter(({ command: words, bpf }) => {
      const allowed = words.startsWith("serve") ? [...READING_COMMANDS, ...OWNER_COMMANDS] : READING_COMMANDS;
      return bpf.some((command) => !allowed.includes(command));
    });
    expect(others).toEqual([]);
  });

  test("no file is written but the one that save, generate or report is given", () => {
    const writing = deeds.filter((deed) => deed.writes.length > 0 && !mapsRing(deed));
    expect(writing.filter(({ command }) => !WRITING.test(command))).toEqual([]);
    expect(new Set(writing.map(({ command }) => command)).size).toBe(
      COMMANDS.filter((one) => WRITING.test(one)).length,
    );
    const elsewhere = writing.flatMap(({ writes }) => writes).filter((call) => !call.includes(`"${scratch.folder}/`));
    expect(elsewhere).toEqual([]);
  });

  test("a ring buffer is opened so that it could be written, to map it, by what prints or measures its events alone", () => {
    const opening = deeds.filter((deed) => mapsRing(deed) && deed.writes.length > 0);
    expect(opening.map(({ command }) => command)).toContain("events MAP --for 10ms");
    const calls = opening.flatMap(({ writes }) => writes);
    // A report is written to the file that it is given.
    for (const call of calls.filter((one) => !one.includes(`"${scratch.folder}/`))) {
      expect(call).toMatch(/^bpf\((?:BPF_MAP_GET_FD_BY_ID|BPF_OBJ_GET), /);
    }
  });

  test("each command asks for what is recorded", async () => {
    const lines = COMMANDS.map((command) => {
      const seen = deeds
        .filter((deed) => deed.command === command)
        .flatMap(({ bpf }) => bpf.filter((name) => !OWNER_COMMANDS.includes(name)));
      return `${command}\n${[...new Set(seen)]
        .sort()
        .map((name) => `  ${name}\n`)
        .join("")}`;
    });
    await expect(lines.join("")).toMatchFileSnapshot(repositoryPath("golden", "rights", "bpf-commands.txt"));
  });

  test.each(["list", "stats", "doctor", "-j doctor", "demo", "help", "completion bash", "version", "no-such-command"])(
    "nor does a process of %s, from its start to its end",
    async (command) => {
      const trace = await strace([process.execPath, repositoryPath("bin", "ebpf-map.js"), ...command.split(" ")]);
      const [all] = deedsOf(`1 access("${MARK}0")\n${trace}`);
      // stats maps the pages of ring buffers, of whoever they are.
      const writes = all?.writes.filter((call) => command !== "stats" || !opensRing(call));
      expect(writes).toEqual([]);
      expect(all?.bpf.filter((command) => !READING_COMMANDS.includes(command))).toEqual([]);
    },
  );

  // bpftool itself, which it starts, is not traced: it loads programs to find out what the kernel can.
  test("nor does doctor --self-check", async () => {
    const { id = 0 } = maps.find(({ recipe }) => recipe.name === "hash") ?? {};
    symlinkSync(bpftoolPath("7.8"), join(scratch.folder, "bpftool"));
    const command = [process.execPath, repositoryPath("bin", "ebpf-map.js"), "doctor", "--self-check", "id", `${id}`];
    const trace = await strace(["env", `PATH=${scratch.folder}:${process.env.PATH}`, ...command], []);
    const [all] = deedsOf(`access("${MARK}0")\n${trace}`);
    expect(all?.writes).toEqual([]);
    expect(all?.bpf).toContain("BPF_MAP_LOOKUP_BATCH");
    expect(all?.bpf.filter((command) => !READING_COMMANDS.includes(command))).toEqual([]);
  });

  /** Whether a call opens a ring buffer for writing, or a map that has gone since. */
  function opensRing(call: string): boolean {
    const id = /^bpf\(BPF_MAP_GET_FD_BY_ID, \{map_id=(\d+),/.exec(call)?.[1];
    if (id === undefined) return false;
    try {
      using map = new LiveMap(kernel, kernel.openMap(Number(id)));
      return isRingBuffer(map.info.type);
    } catch (error) {
      return error instanceof EbpfMapError && error.code === "NO_SUCH_MAP";
    }
  }

  function mapsRing({ command, type }: { readonly command: string; readonly type: string }): boolean {
    // serve measures all maps of the machine, whichever the test has made.
    return MAPPING.test(command) && (type.endsWith("ringbuf") || command.startsWith("serve"));
  }

  interface MadeMap {
    readonly recipe: MapRecipe;
    readonly id: number;
    readonly pin: string;
  }

  /** One of each type that this kernel knows. */
  async function makeMaps(): Promise<MadeMap[]> {
    const made: MadeMap[] = [];
    for (const recipe of MAP_RECIPES) {
      const map = await makeIfKnown(recipe);
      if (map === undefined) continue;
      made.push({ recipe, id: new LinuxKernel().mapInfo(map).id, pin: scratch.pin(map, `map-${made.length}`) });
    }
    return made;
  }

  async function makeIfKnown(recipe: MapRecipe): Promise<Fd | undefined> {
    try {
      return await makeMap(scratch, recipe, { count: 3, btf: recipe.btf !== "never", name: "never_writes" });
    } catch (error) {
      if (error instanceof EbpfMapError && error.code === "KERNEL") return undefined;
      throw error;
    }
  }

  function wordsFor(command: string, { id, pin, recipe }: MadeMap, file: string): string[] {
    const key = Array.from({ length: recipe.keySize }, () => "0");
    const files = { FILE: [file], SCHEMA: [schemaFile()] };
    const words: Record<string, readonly string[]> = { MAP: ["id", `${id}`], PIN: [pin], KEY: key, ...files };
    return command.split(" ").flatMap((word) => words[word] ?? [word]);
  }

  function schemaFile(): string {
    const path = join(scratch.folder, "schema.json");
    writeFileSync(path, schemaText("never_writes", { key: undefined, value: integerLayout(32, false) }));
    return path;
  }

  function listFile(lines: readonly string[][]): string {
    const path = join(scratch.folder, "lines.json");
    writeFileSync(path, JSON.stringify(lines));
    return path;
  }

  async function strace(command: readonly string[], children: readonly string[] = ["-f"]): Promise<string> {
    const file = join(scratch.folder, "strace");
    const { stderr } = await run(
      "strace",
      [...children, "-s", "4096", "-o", file, "-e", `trace=${TRACED}`, ...command],
      300_000,
    );
    expect(stderr).not.toContain("strace:");
    return readFileSync(file, "latin1");
  }
});
