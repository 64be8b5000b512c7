import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { saveSnapshot, saveTo } from "../../../../src/snapshot/write/save.ts";
import { StreamTarget } from "../../../../src/snapshot/write/target.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { digest, numbered, ORIGIN, readSnapshot, type SampleMap, sampleMap, typeSource } from "../sample-maps.ts";

const scratch = useScratch();
const FORCE = { ...ORIGIN, force: true };

/** Fails at the second batch. */
function failing(error: unknown): SampleMap {
  return {
    entries: numbered(20_000),
    batch: 4096,
    beforeBatch(batch) {
      if (batch === 1) throw error;
    },
  };
}

describe("the file", () => {
  test.each(["map.ndjson", "map.ndjson.gz"])("%s is the owner's alone, and alone in its folder", async (name) => {
    const old = process.umask(0);
    try {
      await saveSnapshot(join(scratch.folder, name), [sampleMap()], ORIGIN);
    } finally {
      process.umask(old);
    }
    expect(statSync(join(scratch.folder, name)).mode & 0o7777).toBe(0o600);
    expect(readdirSync(scratch.folder)).toEqual([name]);
  });

  test("a relative path", async () => {
    const old = process.cwd();
    process.chdir(scratch.folder);
    try {
      await saveSnapshot("map.ndjson", [sampleMap()], ORIGIN);
      expect(await readSnapshot("map.ndjson")).toHaveLength(1);
    } finally {
      process.chdir(old);
    }
  });

  test("a name of 255 bytes", async () => {
    const name = "x".repeat(255);
    await saveSnapshot(join(scratch.folder, name), [sampleMap()], ORIGIN);
    expect(readdirSync(scratch.folder)).toEqual([name]);
  });
});

describe("a file that is there already", () => {
  test("is refused before anything is read", async () => {
    const path = join(scratch.folder, "map.ndjson");
    writeFileSync(path, "mine");
    const map = sampleMap({
      beforeBatch() {
        throw new Error("it was read");
      },
    });
    await expect(saveSnapshot(path, [map], ORIGIN)).rejects.toMatchObject({
      code: "FILE",
      message: `save snapshot ${path}: the file exists already (--force replaces it)`,
    });
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(readdirSync(scratch.folder)).toEqual(["map.ndjson"]);
  });

  test("is refused also if it comes while the map is read", async () => {
    const path = join(scratch.folder, "map.ndjson");
    const map = sampleMap({ entries: numbered(3), beforeBatch: () => writeFileSync(path, "mine") });
    await expect(saveSnapshot(path, [map], ORIGIN)).rejects.toMatchObject({ code: "FILE" });
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(readdirSync(scratch.folder)).toEqual(["map.ndjson"]);
  });

  test("is replaced with force, and gets the owner's rights", async () => {
    const path = join(scratch.folder, "map.ndjson");
    writeFileSync(path, "old", { mode: 0o644 });
    await saveSnapshot(path, [sampleMap({ entries: numbered(3) })], FORCE);
    expect(await readSnapshot(path)).toMatchObject([{ entries: digest(numbered(3)) }]);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readdirSync(scratch.folder)).toEqual(["map.ndjson"]);
  });

  test("stays as it is when a save with force fails", async () => {
    const path = join(scratch.folder, "map.ndjson");
    writeFileSync(path, "old");
    await expect(saveSnapshot(path, [sampleMap(failing(new Error("no")))], FORCE)).rejects.toThrow("no");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(scratch.folder)).toEqual(["map.ndjson"]);
  });

  test("a symbolic link stays, and the regular file behind it is replaced", async () => {
    const folder = join(scratch.folder, "elsewhere");
    mkdirSync(folder);
    const [target, path] = [join(folder, "target"), join(scratch.folder, "link")];
    writeFileSync(target, "mine");
    symlinkSync(join("elsewhere", "target"), path);
    await expect(saveSnapshot(path, [sampleMap()], ORIGIN)).rejects.toMatchObject({ code: "FILE" });
    expect(readFileSync(target, "utf8")).toBe("mine");
    await saveSnapshot(path, [sampleMap()], FORCE);
    expect(readlinkSync(path)).toBe(join("elsewhere", "target"));
    expect(await readSnapshot(target)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["target"]);
  });

  test.each([
    ["a device", "/dev/null", "not a regular file (- writes to stdout)"],
    ["a folder", "/proc/self/task", "not a regular file (- writes to stdout)"],
    ["nothing", "nowhere", "a link that leads nowhere (remove it, or name the file itself)"],
  ])("a symbolic link to %s is refused, and stays", async (_, target, reason) => {
    const path = join(scratch.folder, "link");
    symlinkSync(target, path);
    await expect(saveSnapshot(path, [sampleMap()], FORCE)).rejects.toMatchObject({
      code: "FILE",
      message: `save snapshot ${path}: ${reason}`,
    });
    expect(readlinkSync(path)).toBe(target);
    expect(readdirSync(scratch.folder)).toEqual(["link"]);
  });
});

describe("into a stream", () => {
  test.each([false, true])("the same bytes as in a file (compressed: %s)", async (compress) => {
    const chunks: Buffer[] = [];
    const target = new StreamTarget((bytes) => void chunks.push(Buffer.from(bytes)));
    const map = sampleMap({ entries: numbered(20_000), batch: 4096 });
    const { bytes } = await saveTo(target, compress, [map], ORIGIN);
    const written = Buffer.concat(chunks);
    expect(bytes).toBe(written.length);
    const path = join(scratch.folder, compress ? "map.ndjson.gz" : "map.ndjson");
    await saveSnapshot(path, [map], ORIGIN);
    expect(written.equals(readFileSync(path))).toBe(true);
  });

  test("an error of the stream ends the save with that error", async () => {
    const full = new Error("full");
    const target = new StreamTarget(() => {
      throw full;
    });
    await expect(saveTo(target, false, [sampleMap({ entries: numbered(20_000) })], ORIGIN)).rejects.toBe(full);
  });
});

describe("a map of which nothing can be read", () => {
  const refused = new Error("refused");
  const unreadable = { ...ORIGIN, unreadable: () => refused };
  const failed = { complete: false, errno: 1 };

  test("ends the save with the error that the caller makes, and leaves no file", async () => {
    const maps = [sampleMap({ entries: numbered(3) }), sampleMap({ report: failed })];
    await expect(saveSnapshot(join(scratch.folder, "map.ndjson"), maps, unreadable)).rejects.toBe(refused);
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("is saved as unreadable where the caller doesn't refuse it", async () => {
    const path = join(scratch.folder, "map.ndjson");
    await saveSnapshot(path, [sampleMap({ report: failed })], ORIGIN);
    expect(await readSnapshot(path)).toMatchObject([{ report: { errno: 1, complete: false, entries: 0 } }]);
  });

  test("one of which something was read is saved", async () => {
    const path = join(scratch.folder, "map.ndjson");
    const map = sampleMap({ entries: numbered(3), report: failed });
    const { reports } = await saveSnapshot(path, [map], unreadable);
    expect(reports).toMatchObject([{ complete: false, errno: 1, entries: 3 }]);
  });
});

describe("nothing is left behind", () => {
  test.each(["map.ndjson", "map.ndjson.gz"])("when reading fails, %s", async (name) => {
    const error = new Error("the map is gone");
    await expect(saveSnapshot(join(scratch.folder, name), [sampleMap(failing(error))], ORIGIN)).rejects.toBe(error);
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("when it is aborted on the way, %s", async (name) => {
    const controller = new AbortController();
    const reason = new Error("interrupted");
    const map = sampleMap({
      entries: numbered(20_000),
      batch: 1000,
      beforeBatch: (batch) => batch === 5 && setImmediate(() => controller.abort(reason)),
    });
    let progress = 0;
    const options = {
      ...ORIGIN,
      signal: controller.signal,
      onProgress(entries: number) {
        progress = entries;
      },
    };
    await expect(saveSnapshot(join(scratch.folder, name), [map], options)).rejects.toBe(reason);
    expect(readdirSync(scratch.folder)).toEqual([]);
    expect(progress).toBeGreaterThanOrEqual(5000);
    expect(progress).toBeLessThan(10_000);
  });

  test("when it was aborted before, or at the last moment", async () => {
    const path = join(scratch.folder, "map.ndjson");
    const signal = AbortSignal.abort(new Error("interrupted"));
    await expect(saveSnapshot(path, [sampleMap()], { ...ORIGIN, signal })).rejects.toThrow("interrupted");
    const controller = new AbortController();
    const late = sampleMap({ beforeBatch: () => controller.abort(new Error("late")) });
    await expect(saveSnapshot(path, [late], { ...ORIGIN, signal: controller.signal })).rejects.toThrow("late");
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("when it can't be written any further, %s", async (name) => {
    const map = sampleMap({ info: { valueSize: 4096 }, entries: numbered(2000, 4, 4096), batch: 64 });
    const path = join(scratch.folder, name);
    await withFileSizeLimit(16_384, async () => {
      await expect(saveSnapshot(path, [map], ORIGIN)).rejects.toMatchObject({
        code: "FILE",
        message: `save snapshot ${path}: file too large`,
      });
    });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("when the types are too large for a header", async () => {
    const name = "x".repeat(33 * 2 ** 20);
    const types = typeSource({ 5: { kind: "fwd", name, union: false } });
    const map = sampleMap({ types: { state: "known", types, keyTypeId: 5, valueTypeId: 5 } });
    await expect(saveSnapshot(join(scratch.folder, "map"), [map], ORIGIN)).rejects.toMatchObject({
      code: "BTF_INVALID",
    });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("when entries don't have the sizes that the map has", async () => {
    const map = sampleMap({ entries: numbered(1) });
    const other = { ...map, shape: { ...map.shape, valueStride: 16 } };
    await expect(saveSnapshot(join(scratch.folder, "map"), [other], ORIGIN)).rejects.toMatchObject({
      code: "LAYOUT_INVALID",
    });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });
});

/** Runs with a limit on the size of files: what is longer is EFBIG, as it would be ENOSPC on a full disk. */
async function withFileSizeLimit(bytes: number, run: () => Promise<void>): Promise<void> {
  const prlimit = (...args: string[]) =>
    execFileSync("prlimit", ["--pid", String(process.pid), ...args], { encoding: "utf8" });
  const before = prlimit("--fsize", "--output", "SOFT", "--noheadings").trim();
  prlimit(`--fsize=${bytes}:`);
  try {
    await run();
  } finally {
    prlimit(`--fsize=${before}:`);
  }
}

describe("places where no file can be", () => {
  test("a folder that isn't there, a file taken for a folder, a folder, a device", async () => {
    writeFileSync(join(scratch.folder, "file"), "");
    mkdirSync(join(scratch.folder, "folder"));
    const rows: [string, string][] = [
      [join(scratch.folder, "missing", "map"), "no such file or directory"],
      [join(scratch.folder, "file", "map"), "not a directory"],
      [join(scratch.folder, "folder"), "not a regular file (- writes to stdout)"],
      ["/dev/full", "not a regular file (- writes to stdout)"],
      ["/proc/map", "no such file or directory"],
    ];
    for (const [path, reason] of rows) {
      for (const options of [ORIGIN, FORCE]) {
        await expect(saveSnapshot(path, [sampleMap()], options)).rejects.toMatchObject({
          code: "FILE",
          message: `save snapshot ${path}: ${reason}`,
        });
      }
    }
    expect(readdirSync(scratch.folder).sort()).toEqual(["file", "folder"]);
    expect(statSync("/dev/full").isCharacterDevice()).toBe(true);
  });
});

test("progress and reports count over all maps", async () => {
  const seen: number[] = [];
  const maps = [
    sampleMap({ entries: numbered(5), batch: 2 }),
    sampleMap({ entries: numbered(3), batch: 2, report: { complete: false, errno: 1 } }),
  ];
  const onProgress = (entries: number) => seen.push(entries);
  const result = await saveSnapshot(join(scratch.folder, "map"), maps, { ...ORIGIN, onProgress });
  expect(seen).toEqual([2, 4, 5, 7, 8]);
  expect(result.entries).toBe(8);
  expect(result.reports).toMatchObject([
    { complete: true, errno: 0 },
    { complete: false, errno: 1 },
  ]);
});
