import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { EbpfMapError } from "../../../src/errors.ts";
import { openSnapshotFile, type SnapshotMap } from "../../../src/snapshot/read/load.ts";
import { goldenPath } from "../../golden/recorded.ts";
import type { Random } from "../../helpers/random.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { mutate } from "../mutate.ts";
import type { Target } from "../target.ts";

const CORPUS = [
  "types/hash/btf",
  "types/percpu-array/btf",
  "types/queue/plain",
  "values/structs/nested",
  "names/btf",
  "values/enums/64-bits",
];

/** Snapshot files, plain and compressed: opened, read to the end, searched, printed. */
export const SNAPSHOT: Target = {
  name: "snapshot",
  input(random) {
    const text = readFileSync(goldenPath(random.pick(CORPUS), "map.ndjson"));
    const changed = random.chance(0.5) ? mutate(text, random) : changedJson(text, random);
    if (random.chance(0.7)) return changed;
    return random.chance(0.5) ? gzipSync(changed) : mutate(gzipSync(changed), random);
  },
  async run(input) {
    const path = join(tmpdir(), `ebpf-map-fuzz-${process.pid}.ndjson`);
    writeFileSync(path, input);
    try {
      await runOurs(["dump", "file", path]);
      return await readAll(path);
    } finally {
      rmSync(path, { force: true });
    }
  },
};

async function readAll(path: string): Promise<boolean> {
  let maps: readonly SnapshotMap[] = [];
  try {
    maps = await openSnapshotFile(path);
    for (const map of maps) await search(map);
    return maps.length > 0;
  } catch (error) {
    if (error instanceof EbpfMapError) return maps.length > 0;
    throw error;
  } finally {
    for (const map of maps) map[Symbol.dispose]();
  }
}

async function search(map: SnapshotMap): Promise<void> {
  map.types();
  const { keySize, valueStride } = map.shape;
  if (keySize > 1 << 16 || valueStride > 1 << 20) return;
  await map.lookup(new Uint8Array(keySize), new Uint8Array(Math.max(8, valueStride)));
  await map.nextKey(null, new Uint8Array(Math.max(8, keySize)));
}

/** Numbers in the text replaced by others, so that the JSON stays sound and only what it says is wrong. */
function changedJson(bytes: Uint8Array, random: Random): Uint8Array {
  const numbers = ["0", "1", "2", "65536", "4294967295", "4294967296", "-1", "1e9", "9007199254740993", '""', "null"];
  const text = Buffer.from(bytes).toString("latin1");
  const at = random.below(text.length);
  const changed = text.slice(at).replace(/\d+/, random.pick(numbers));
  return Buffer.from(text.slice(0, at) + changed, "latin1");
}
