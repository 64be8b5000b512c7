import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EbpfMapError } from "../../src/errors.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { run } from "../helpers/bpftools.ts";
import { MAP_RECIPES, type MapRecipe, makeMap } from "../helpers/map-recipes.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { MARK } from "../helpers/run-each.ts";
import { Scratch } from "../helpers/scratch.ts";
import { stageModule } from "../helpers/staged-program.ts";
import { type Deeds, deedsOf, TRACED } from "../helpers/system-calls.ts";

/** What is run on a map of each type: MAP stands for `id N`, PIN for where it is pinned, KEY for a key of zeros. */
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
  "save MAP FILE",
];

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
];

liveSuite("what the program asks the kernel for", ["kernel", "strace", "build"], () => {
  const scratch = new Scratch();
  const deeds: (Deeds & { readonly command: string; readonly type: string })[] = [];

  beforeAll(async () => {
    const runEach = await stageModule(scratch, "test", "helpers", "run-each.ts");
    const maps = await makeMaps();
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
    const others = deeds.filter(({ bpf }) => bpf.some((command) => !READING_COMMANDS.includes(command)));
    expect(others).toEqual([]);
  });

  test("no file is written but the one that save is given", () => {
    const writing = deeds.filter(({ writes }) => writes.length > 0);
    expect(writing.filter(({ command }) => !command.startsWith("save"))).toEqual([]);
    const elsewhere = writing.flatMap(({ writes }) => writes).filter((call) => !call.includes(`"${scratch.folder}/`));
    expect(elsewhere).toEqual([]);
  });

  test("each command asks for what is recorded", async () => {
    const lines = COMMANDS.map((command) => {
      const seen = deeds.filter((deed) => deed.command === command).flatMap(({ bpf }) => bpf);
      return `${command}\n${[...new Set(seen)]
        .sort()
        .map((name) => `  ${name}\n`)
        .join("")}`;
    });
    await expect(lines.join("")).toMatchFileSnapshot(repositoryPath("golden", "bpf-commands.txt"));
  });

  test.each(["list", "doctor"])("nor does a process of %s, from its start to its end", async (command) => {
    const trace = await strace([process.execPath, repositoryPath("bin", "ebpf-map.js"), command]);
    const [all] = deedsOf(`1 access("${MARK}0")\n${trace}`);
    expect(all?.writes).toEqual([]);
    expect(all?.bpf.filter((command) => !READING_COMMANDS.includes(command))).toEqual([]);
  });

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
    const words: Record<string, readonly string[]> = { MAP: ["id", `${id}`], PIN: [pin], KEY: key, FILE: [file] };
    return command.split(" ").flatMap((word) => words[word] ?? [word]);
  }

  function listFile(lines: readonly string[][]): string {
    const path = join(scratch.folder, "lines.json");
    writeFileSync(path, JSON.stringify(lines));
    return path;
  }

  async function strace(command: readonly string[]): Promise<string> {
    const file = join(scratch.folder, "strace");
    const { stderr } = await run(
      "strace",
      ["-f", "-s", "4096", "-o", file, "-e", `trace=${TRACED}`, ...command],
      120_000,
    );
    expect(stderr).not.toContain("strace:");
    return readFileSync(file, "latin1");
  }
});
