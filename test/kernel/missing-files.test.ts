import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadProgram, updateElement } from "../helpers/bpf.ts";
import { bpftoolPath, type Run, run } from "../helpers/bpftools.ts";
import { describeDifference, whileStill } from "../helpers/compare.ts";
import type { MapTypeName } from "../helpers/map-types.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { withoutStaleBtfIds } from "./known-differences.ts";

const kernel = new LinuxKernel();
const PROGRAM = [process.execPath, repositoryPath("bin", "ebpf-map.js")];
const FAULT = /fault of ebpf-map/;

/**
 * Runs a command where the file systems look otherwise: `mounts` is what a shell does to them in a namespace of its
 * own.
 */
function runIn(mounts: string, command: readonly string[]): Promise<Run> {
  return run("unshare", ["--mount", "sh", "-ec", `${mounts}\nexec "$@"`, "sh", ...command]);
}

liveSuite("files of the kernel that aren't there", ["kernel", "bpftools", "build"], () => {
  const scratch = useScratch();
  const ours = (mounts: string, ...args: string[]): Promise<Run> => runIn(mounts, [...PROGRAM, ...args]);
  const CPUS = kernel.possibleCpus();

  /** A map with so many entries, whose values begin with the bytes of their number; its id. */
  function made(type: MapTypeName, entries: number): string {
    const isPerCpu = type.includes("percpu");
    const maxEntries = type === "percpu_array" ? Math.max(1, entries) : 1000;
    const map = scratch.own(createMap({ type, keySize: 4, valueSize: 12, maxEntries, name: type }));
    const value = new Uint8Array(isPerCpu ? 16 * CPUS : 12);
    for (let n = 0; n < entries; n++) updateElement(map, Uint8Array.of(n & 0xff, n >> 8, 0, 0), value.fill(n + 1));
    return String(kernel.mapInfo(map).id);
  }

  describe("the list of possible CPUs is another one", () => {
    const listing = (list: string): string => {
      const file = join(scratch.folder, "possible");
      writeFileSync(file, `${list}\n`);
      return `mount --bind "${file}" /sys/devices/system/cpu/possible`;
    };

    describe.each([
      ["shorter", "0", 1],
      ["longer", `0-${CPUS + 5}`, CPUS + 6],
    ])("a %s one", (_name, list, listed) => {
      test.each<[MapTypeName, number]>([
        ["percpu_hash", 500],
        ["percpu_array", 4],
        ["lru_percpu_hash", 100],
      ])("%s is not read by it: an error, and no memory is overwritten", async (type, entries) => {
        const id = made(type, entries);
        for (const command of ["dump", "-j dump", "dump -o ndjson", "stats", "save", "lookup"]) {
          if (command === "stats" && type === "percpu_array") continue;
          const more =
            command === "save"
              ? [join(scratch.folder, `${type}-${list}`)]
              : command === "lookup"
                ? ["key", "1", "0", "0", "0"]
                : [];
          const words = command.split(" ");
          const options = words.filter((word) => word.startsWith("-j"));
          const [name = "", ...rest] = words.filter((word) => !word.startsWith("-j"));
          const { stdout, stderr, status } = await ours(listing(list), ...options, name, "id", id, ...more, ...rest);
          expect({ command, status, said: `${stdout}${stderr}` }).toEqual({
            ...{ command, status: 255 },
            said: expect.stringContaining(
              `the kernel has values for ${CPUS} CPUs, but /sys/devices/system/cpu/possible lists ${listed}`,
            ),
          });
        }
      });

      test("an empty map, another map, and the doctor's question about batches", async () => {
        const empty = await ours(listing(list), "dump", "id", made("percpu_hash", 0));
        expect({ ...empty, stdout: empty.stdout.toString() }).toEqual({
          stdout: "Found 0 elements\n",
          stderr: "",
          status: 0,
        });
        expect((await ours(listing(list), "dump", "id", made("hash", 3))).stdout.toString()).toMatch(
          /Found 3 elements\n$/,
        );
        made("percpu_array", 4);
        expect((await ours(listing(list), "doctor")).status).toBe(0);
      });
    });
  });

  test("without a list of CPUs the CPUs are counted, where there is a value", async () => {
    const bare = "mount -t tmpfs none /sys/devices/system/cpu";
    const { stdout, status } = await ours(bare, "dump", "id", made("percpu_hash", 5), "-o", "ndjson");
    expect(status).toBe(0);
    expect(
      stdout
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).values.length),
    ).toEqual(Array(5).fill(CPUS));
    const empty = await ours(bare, "dump", "id", made("percpu_hash", 0));
    expect(empty).toMatchObject({
      status: 255,
      stderr:
        "Error: read the list of possible CPUs in /sys/devices/system/cpu/possible: no such file or directory (is /sys mounted?)\n",
    });
  });

  describe("without /proc", () => {
    const NO_PROC = "mount -t tmpfs none /proc";

    test.each([
      "map list",
      "-j map list",
      "-p map show id ID",
      "-f map show id ID",
      "-j -f map show id ID",
      "map dump id ID",
    ])("%s is bpftool's", async (command) => {
      const id = made("hash", 3);
      const words = command.replace("ID", id).split(" ");
      const shape = command.startsWith("-j") ? "json" : command.startsWith("-p") ? "pretty" : "plain";
      const correct = (their: Run): Run =>
        command.includes("list") ? { ...their, stdout: withoutStaleBtfIds(their.stdout, shape) } : their;
      // Others make and remove maps meanwhile.
      const theirs = (): Promise<Run> => runIn(NO_PROC, [bpftoolPath("7.8"), ...words]);
      const between = (): Promise<Run> => runIn(NO_PROC, [...PROGRAM, "--compat", "7.8", ...words]);
      const [their, our] = await whileStill(words, theirs, between, correct);
      expect(describeDifference(correct(their), our)).toBeUndefined();
      expect(our.stderr).not.toMatch(FAULT);
    });

    test("list and stats say what isn't known, and go on", async () => {
      const id = made("hash", 3);
      const listed = await ours(NO_PROC, "-f", "list", "id", id);
      expect(listed.stderr).toBe(
        "Note: find pinned maps by the mounts in /proc/mounts: no such file or directory (is /proc mounted?)\n" +
          "Note: /proc/self/fdinfo can't be read (is /proc mounted?): the memory of maps, their owners, and whether they are frozen are not known\n",
      );
      const stats = await ours(NO_PROC, "stats", "id", id);
      expect(JSON.parse(stats.stdout.toString())).toMatchObject({ entries: 3, memlock: null, complete: true });
      expect(stats.stderr).toMatch(/^Note: \/proc\/self\/fdinfo can't be read .*\n$/);
    });

    test.each<[string, (id: string) => readonly string[], RegExp]>([
      ["top", (id) => ["top", "id", id, "--count", "1"], /"entries":3,.*"memlock":null/],
      ["stats --watch", (id) => ["stats", "id", id, "--watch", "--count", "1"], /"entries":3,.*"memlock":null/],
      ["serve --once", () => ["serve", "--once"], /^ebpf_map_build_info\{/m],
      ["report", (id) => ["report", "id", id], /<!doctype html>/],
      ["watch", (id) => ["watch", "id", id, "--count", "1"], /"initial":true/],
      ["parquet", (id) => ["dump", "id", id, "-o", "parquet"], /^PAR1/],
      ["arrow", (id) => ["dump", "id", id, "-o", "arrow"], /./],
      ["save to stdout", (id) => ["save", "id", id, "-"], /"ebpf-map-snapshot"/],
      ["stats --where", (id) => ["stats", "id", id, "--where", "entries >= 0", "-o", "csv"], /^id,name,/],
    ])("%s goes on", async (_, words, printed) => {
      const { stdout, stderr, status } = await ours(NO_PROC, ...words(made("hash", 3)));
      expect({ status, fault: FAULT.test(stderr) }).toEqual({ status: 0, fault: false });
      expect(stdout.toString()).toMatch(printed);
      expect(stdout.toString()).not.toContain("process_resident_memory_bytes");
    });

    test.each(["top", "stats --watch"])("%s says what isn't known", async (command) => {
      const { stderr } = await ours(NO_PROC, ...command.split(" "), "id", made("hash", 3), "--count", "1");
      expect(stderr).toMatch(/^Note: \/proc\/self\/fdinfo can't be read /);
    });

    test("a pin is told from that of a program", async () => {
      const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 1, name: "pinned" }));
      const path = scratch.pin(map, "without-proc");
      expect((await ours(NO_PROC, "dump", "pinned", path)).stdout.toString()).toBe("Found 0 elements\n");
      const { stderr, status } = await ours(NO_PROC, "dump", "pinned", programPin());
      expect({ stderr, status }).toEqual({ stderr: expect.stringMatching(/: it is not a map\n$/), status: 255 });
    });

    test("an argument that isn't UTF-8 is taken as Node has it", async () => {
      const { stderr, status } = await ours(`${NO_PROC}\nset -- "$@" "$(printf 'caf\\351')"`, "list", "name");
      expect({ stderr, status }).toEqual({ stderr: expect.stringMatching(/no map has the name 'caf/), status: 255 });
    });

    test("who holds maps open can't be known", async () => {
      const { stdout, stderr, status } = await ours(NO_PROC, "list", "id", made("hash", 1), "--pids");
      expect(stderr).toMatch(/^Note: find the processes that hold maps open in \/proc: .*\(is \/proc mounted\?\)\n/);
      expect({ status, lines: stdout.toString().split("\n").length }).toEqual({ status: 0, lines: 3 });
    });
  });

  test("without /sys maps are listed, measured and read", async () => {
    const id = made("percpu_hash", 5);
    const bare = "mount -t tmpfs none /sys";
    for (const command of ["list", `dump id ${id}`, `stats id ${id}`, "doctor"]) {
      const { stderr, status } = await ours(bare, ...command.split(" "));
      expect({ command, stderr, status }).toEqual({ command, stderr: "", status: 0 });
    }
  });

  function programPin(): string {
    return scratch.pin(scratch.own(loadProgram()), "a-program");
  }
});

liveSuite("options of Node that forbid what this program does", ["kernel", "build"], () => {
  const scratch = useScratch();

  const node = (options: readonly string[], words: readonly string[]) =>
    run(process.execPath, [...options, repositoryPath("bin", "ebpf-map.js"), ...words]);

  function twoEntries(): string {
    const map = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 2, name: "forbidden" }));
    return String(kernel.mapInfo(map).id);
  }

  const PRINTED = ["dump", "-j dump", "-p dump", "lookup", "save", "dump -o ndjson", "dump -o json", "dump -o csv"];

  test.each([...PRINTED, "dump -o table", "dump -o yaml"])(
    "neither code generation nor WebAssembly: %s prints the same",
    async (command) => {
      const key = command === "lookup" ? ["key", "0", "0", "0", "0"] : [];
      const words = command.replace(/dump|lookup|save/, (word) => `${word} id ${twoEntries()}`).split(" ");
      const file = command === "save" ? ["--output", "-"] : [];
      const usual = await node([], [...words, ...key, ...file]);
      for (const option of ["--disallow-code-generation-from-strings", "--jitless"]) {
        const { stdout, stderr, status } = await node([option], [...words, ...key, ...file]);
        expect({ status, text: String(stdout) }).toEqual({ status: usual.status, text: String(usual.stdout) });
        expect(stderr).not.toMatch(FAULT);
      }
    },
  );

  test.each(["--where value[0]==0", "--sort key"])("code generation: %s names the option", async (flag) => {
    const words = ["dump", "id", twoEntries(), "-o", "ndjson", ...flag.split(" ")];
    const { stderr, status } = await node(["--disallow-code-generation-from-strings"], words);
    expect(stderr).toMatch(
      /compile a decoder: Node may not generate code here \(--disallow-code-generation-from-strings is set/,
    );
    expect(stderr).not.toMatch(FAULT);
    expect(status).toBe(255);
  });

  test.each(["list", "dump", "dump -o ndjson --sort key", "stats"])(
    "no JIT: %s works all the same",
    async (command) => {
      const map = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 2, name: "slow" }));
      const [name = "", ...rest] = command.split(" ");
      const { stderr, status } = await run(process.execPath, [
        "--jitless",
        repositoryPath("bin", "ebpf-map.js"),
        name,
        "id",
        String(kernel.mapInfo(map).id),
        ...rest,
      ]);
      expect({ status, fault: FAULT.test(stderr) }).toEqual({ status: 0, fault: false });
    },
  );
});
