import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import type { Fd } from "../../../../src/sys/fd.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { CommandKernel } from "../command-kernel.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();

/** Saves all maps, and returns the run with the file. */
async function saved(around: Around = {}): Promise<{ run: MainRun; file: string }> {
  const file = join(scratch.folder, "all.ndjson.gz");
  return { run: await runMain(["save", "--all", file], around), file };
}

test("every map of the kernel is in the file, as it is", async () => {
  const { run, file } = await saved();
  expect(run).toEqual({ stdout: "", stderr: "", status: 0 });
  expect(await runMain(["-j", "list", "file", file])).toEqual(await runMain(["-j", "list"]));
  for (const [chosen, live] of [
    ["conns", "name conns"],
    ["7", "id 7"],
    ["9", "id 9"],
    ["tw*", "name twins"],
  ] as const) {
    for (const command of ["list", "dump"]) {
      const expected = await runMain(["-j", command, ...live.split(" ")]);
      expect(await runMain(["-j", command, "file", `${file}:${chosen}`])).toEqual(expected);
    }
  }
  expect((await runMain(["peek", "file", `${file}:jobs`])).stdout).toBe("value: 01 02 03 04\n");
});

test("it goes through a pipe", async () => {
  const { stdout } = await runMain(["save", "--all", "-"]);
  const stdin = Readable.from([Buffer.from(stdout)]);
  expect(await runMain(["dump", "file", "-:conns"], { stdin })).toEqual(await runMain(["dump", "name", "conns"]));
});

test("a file called so is meant first", async () => {
  const file = join(scratch.folder, "odd:conns");
  await runMain(["save", "--all", join(scratch.folder, "odd")]);
  await runMain(["save", "id", "8", file]);
  expect((await runMain(["-j", "list", "file", file])).stdout).toBe((await runMain(["-j", "list", "id", "8"])).stdout);
});

test.each([
  ["cons", "did you mean 'conns'?"],
  ["77", "(it has conns, twins, jobs)"],
  ["", "(it has conns, twins, jobs)"],
])("'%s' is in no such file, and the answer helps", async (chosen, hint) => {
  const { file } = await saved();
  const { stderr, status } = await runMain(["dump", "file", `${file}:${chosen}`]);
  expect(stderr).toBe(
    `Error: no map in ${file} has the name or id '${chosen}'${hint.startsWith("(") ? "" : ";"} ${hint}\n`,
  );
  expect(status).toBe(255);
});

/** A kernel that doesn't let one map be opened. */
class GuardedKernel extends CommandKernel {
  override openMap(id: number): Fd {
    if (id !== 8) return super.openMap(id);
    throw new EbpfMapError("NO_PERMISSION", "open map id 8: operation not permitted", { errno: 1, id });
  }
}

describe("what can't be read", () => {
  test("is in the file with its error, and named", async () => {
    const { run, file } = await saved({ kernel: new GuardedKernel() });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("Warning: map id 8: saved in part: operation not permitted (EPERM: ");
    const read = await runMain(["dump", "file", `${file}:8`, "-o", "ndjson"]);
    expect(read.status).toBe(255);
    expect(read.stderr).toMatch(/^Error: .*operation not permitted/m);
    expect(await runMain(["dump", "file", `${file}:conns`])).toEqual(await runMain(["dump", "name", "conns"]));
  });

  test("a read that fails ends that map alone", async () => {
    const kernel = new CommandKernel((call) => (call === "lookupBatch" ? 5 : undefined));
    const { run, file } = await saved({ kernel });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("map id 7 (conns)");
    expect((await runMain(["list", "file", file])).stdout.match(/^\d+:/gm)).toHaveLength(4);
  });

  /** A kernel without batches, whose lookups fail. */
  function failingLookups(errno: number): CommandKernel {
    return new CommandKernel((call) => ({ lookupBatch: 22, lookup: errno })[call as string]);
  }

  test("values that can't be looked up are missing", async () => {
    const { run } = await saved({ kernel: failingLookups(12) });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("map id 7 (conns): saved in part: 3 values could not be read: cannot allocate memory");
  });

  test("values that the kernel never shows are not", async () => {
    const kernel = failingLookups(524);
    const mapInfo = kernel.mapInfo.bind(kernel);
    kernel.mapInfo = (fd) => ({ ...mapInfo(fd), ...(mapInfo(fd).keySize > 0 && { type: 4 }) });
    const { run } = await saved({ kernel });
    expect(run).toMatchObject({ status: 0, stderr: "" });
  });

  test("all of them: no rights to list maps leave no file", async () => {
    const kernel = new CommandKernel();
    kernel.nextMapId = () => ({ errno: 1, id: 0 });
    const { run } = await saved({ kernel });
    expect(run).toMatchObject({ status: 255, stderr: expect.stringContaining("needs CAP_SYS_ADMIN") });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });
});

test("the number of maps is told on a terminal", async () => {
  const { run, file } = await saved({ terminalStderr: true });
  const { length } = readFileSync(file);
  expect(run.stderr).toBe(`Saved 4 maps with 4 entries in ${file} (${length} bytes)\n`);
});

test.each([
  ["no file", ["--all"]],
  ["a map", ["--all", "id", "7", "x.gz"]],
])("%s is refused with the usage", async (_, words) => {
  const { stderr, status } = await runMain(["save", ...words]);
  expect(stderr).toContain("ebpf-map save --all FILE");
  expect(status).toBe(255);
});

test("types can't be given to all", async () => {
  const { stderr } = await runMain(["save", "--all", "x.gz", "--value-type", "u32"]);
  expect(stderr).toContain("--all and --value-type exclude each other");
});
