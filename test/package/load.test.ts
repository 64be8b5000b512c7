import { execFileSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { Script } from "node:vm";
import { expect, test } from "vitest";
import { goldenPath } from "../golden/recorded.ts";
import { run } from "../helpers/bpftools.ts";
import { Random } from "../helpers/random.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** What bin/load.js exports. */
interface Loader {
  readonly FOLDER: string;
  readonly sourceFile: (name: string) => string;
  readonly codeFile: (name: string) => string;
  readonly chunkScript: (name: string, source: Buffer, options?: { cachedData: Buffer }) => Script;
  readonly packCode: (source: Buffer, code: Buffer) => Buffer;
  readonly readCode: (path: string, source: Buffer) => Buffer | undefined;
}

liveSuite("the compiled core", ["build"], () => {
  const scratch = useScratch();
  const loader: Loader = createRequire(import.meta.url)(repositoryPath("bin", "load.js"));
  const source = readFileSync(loader.sourceFile("core"));
  const file = readFileSync(loader.codeFile("core"));
  const code = loader.readCode(loader.codeFile("core"), source) ?? Buffer.alloc(0);

  const chunks = readdirSync(loader.FOLDER).flatMap((name) => /^(.*)\.cjs$/.exec(name)?.[1] ?? []);

  test("is run where it is whole: V8 takes it, for every chunk", () => {
    expect(chunks.length).toBeGreaterThan(20);
    for (const name of chunks) {
      const of = readFileSync(loader.sourceFile(name));
      const cachedData = loader.readCode(loader.codeFile(name), of);
      expect(cachedData, name).toBeDefined();
      if (cachedData === undefined) continue;
      expect([name, loader.chunkScript(name, of, { cachedData }).cachedDataRejected]).toEqual([name, false]);
    }
  });

  test("is the same bytes when it is built again, elsewhere", () => {
    const folder = copyProgram();
    for (const name of chunks) rmSync(join(folder, "dist", "cli", basename(loader.codeFile(name))));
    execFileSync(process.execPath, ["--hash-seed=1", join(folder, "bin", "build", "code-cache.cjs")], { env: {} });
    for (const name of chunks) {
      const again = readFileSync(join(folder, "dist", "cli", basename(loader.codeFile(name))));
      expect([name, again.equals(readFileSync(loader.codeFile(name)))]).toEqual([name, true]);
    }
  });

  test("is of chunks that are ASCII alone, as they are read", () => {
    for (const name of chunks)
      expect([name, /^[\0-\x7f]*$/.test(readFileSync(loader.sourceFile(name), "utf8"))]).toEqual([name, true]);
  });

  test("comes with the licence of every package in the bundle", () => {
    const licences = readFileSync(join(loader.FOLDER, "licences.txt"), "utf8");
    for (const name of ["@marcbachmann/cel-js", "re2js", "yaml", "chalk", "cli-table3"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.`, "m"));
    }
  });

  test("names no folder of the machine that it was built on", () => {
    expect(file.includes(repositoryPath())).toBe(false);
    expect(file.includes(Buffer.from(repositoryPath(), "utf16le"))).toBe(false);
  });

  test("is not used with a bit of it flipped, wherever", () => {
    const random = new Random(32);
    for (let i = 0; i < 300; i++) {
      const at = random.below(file.length);
      const flipped = Buffer.from([file.readUInt8(at) ^ (1 << random.below(8))]);
      expect([at, codeWith(at, flipped)]).toEqual([at, undefined]);
    }
  });

  test("is not used with a block of zeros in it, wherever", () => {
    for (let at = 0; at < file.length; at += 4096) {
      const zeros = Buffer.alloc(Math.min(4096, file.length - at));
      expect([at, codeWith(at, zeros)]).toEqual([at, undefined]);
    }
  });

  test("is not used cut off, lengthened, empty or missing", () => {
    const lengths = [0, 1, source.length, source.length + 1, source.length + 2, file.length / 2];
    for (const length of [...lengths, file.length - 2, file.length - 1]) {
      expect([length, codeIn(file.subarray(0, length))]).toEqual([length, undefined]);
    }
    for (const more of [1, 2, 4096]) expect(codeIn(Buffer.concat([file, Buffer.alloc(more)]))).toBeUndefined();
    expect(loader.readCode(join(scratch.folder, "no.code"), source)).toBeUndefined();
  });

  test("is not used for another source, also of the same length", () => {
    const edited = Buffer.from(source.toString("latin1").replace("Found ", "Fount "), "latin1");
    expect(edited.length).toBe(source.length);
    for (const other of [edited, source.subarray(1), source.subarray(2), Buffer.concat([source, Buffer.from("\n")])]) {
      expect(loader.readCode(loader.codeFile("core"), other)).toBeUndefined();
    }
  });

  test.for(damages())("a program with $what prints what it has to", async ({ damage }) => {
    const folder = copyProgram();
    damage(folder);
    expect(await dump(folder)).toEqual({ stdout: DUMP, stderr: "", status: 0 });
  });

  test("a program whose source was edited runs the edited source", async () => {
    const folder = copyProgram();
    const core = join(folder, "dist", "cli", "core.cjs");
    writeFileSync(core, readFileSync(core, "latin1").replace("Found ", "Fount "), "latin1");
    expect((await dump(folder)).stdout).toBe(DUMP.replace("Found ", "Fount "));
  });

  test("a program that is run by a user who can't read the code prints what it has to", async () => {
    const folder = copyProgram();
    chmodSync(codeFileIn(folder), 0);
    // Root reads what it likes.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const stdout = execFileSync(process.execPath, dumpWords(folder), { ...user, encoding: "utf8" });
    expect(stdout).toBe(DUMP);
  });

  /** What is read from a file of these bytes. */
  function codeIn(bytes: Buffer): Buffer | undefined {
    const path = join(scratch.folder, "core.code");
    writeFileSync(path, bytes);
    return loader.readCode(path, source);
  }

  /** What is read where other bytes stand at a place of the file. */
  function codeWith(at: number, bytes: Buffer): Buffer | undefined {
    const path = join(scratch.folder, "damaged.code");
    if (!existsSync(path)) writeFileSync(path, file);
    const damaged = openSync(path, "r+");
    writeSync(damaged, bytes, 0, bytes.length, at);
    const read = loader.readCode(path, source);
    writeSync(damaged, file, at, bytes.length, at);
    closeSync(damaged);
    return read;
  }

  const DUMP = readFileSync(goldenPath("types", "hash", "plain", "plain.txt"), "utf8");

  /** A copy of what the program consists of, and of a snapshot that it can dump, which everyone may read. */
  function copyProgram(): string {
    const folder = join(scratch.folder, "program");
    chmodSync(scratch.folder, 0o755);
    mkdirSync(join(folder, "dist"), { recursive: true });
    cpSync(repositoryPath("bin"), join(folder, "bin"), { recursive: true });
    cpSync(repositoryPath("dist", "cli"), join(folder, "dist", "cli"), { recursive: true });
    cpSync(repositoryPath("package.json"), join(folder, "package.json"));
    cpSync(goldenPath("types", "hash", "plain", "map.ndjson"), join(folder, "map.ndjson"));
    return folder;
  }

  function codeFileIn(folder: string): string {
    return join(folder, "dist", "cli", `core.${process.version}.${process.arch}.code`);
  }

  function dumpWords(folder: string): string[] {
    return [join(folder, "bin", "ebpf-map.js"), "dump", "file", join(folder, "map.ndjson")];
  }

  async function dump(folder: string): Promise<{ stdout: string; stderr: string; status: number }> {
    const { stdout, stderr, status } = await run(process.execPath, dumpWords(folder));
    return { stdout: stdout.toString("utf8"), stderr, status };
  }

  function damages(): { what: string; damage: (folder: string) => void }[] {
    const rewritten = (change: (bytes: Buffer) => Buffer) => (folder: string) => {
      writeFileSync(codeFileIn(folder), change(Buffer.from(file)));
    };
    const inBoth = (change: (bytes: Buffer) => void) =>
      rewritten(() => {
        const changed = Buffer.from(code);
        change(changed);
        return loader.packCode(source, changed);
      });
    return [
      { what: "no damage", damage: rewritten((bytes) => bytes) },
      { what: "no code", damage: (folder) => rmSync(codeFileIn(folder)) },
      { what: "zeros near the start of its code", damage: rewritten((bytes) => bytes.fill(0, 4096, 8192)) },
      { what: "zeros amid its code", damage: rewritten((bytes) => bytes.fill(0, 200_704, 204_800)) },
      { what: "half of its code", damage: rewritten((bytes) => bytes.subarray(0, bytes.length / 2)) },
      { what: "an empty file for its code", damage: rewritten(() => Buffer.alloc(0)) },
      { what: "nothing but zeros", damage: rewritten((bytes) => bytes.fill(0)) },
      { what: "code of another Node", damage: inBoth((bytes) => bytes.writeUInt32LE(~bytes.readUInt32LE(4) >>> 0, 4)) },
      { what: "code that was made with other flags", damage: inBoth((bytes) => bytes.fill(0x55, 12, 16)) },
      {
        what: "a folder in place of its code",
        damage: (folder) => {
          rmSync(codeFileIn(folder));
          mkdirSync(codeFileIn(folder));
        },
      },
    ];
  }
});
