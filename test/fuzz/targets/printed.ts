import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { EbpfMapError } from "../../../src/errors.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { openMapFile } from "../../../src/snapshot/read/open-map-file.ts";
import { goldenPath } from "../../golden/recorded.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { mutate } from "../mutate.ts";
import type { Target } from "../target.ts";

const CORPUS = [
  "types/hash/btf",
  "types/percpu-array/btf",
  "types/sockmap/plain",
  "values/structs/nested",
  "values/chars/single",
  "values/floats/per-cpu",
  "names/btf",
  "sections/bss/noise",
];
/** What breaks JSON of bpftool where it hurts. */
const INSERTS = [
  '"',
  '"""',
  '"\\"',
  "[",
  "]",
  "{",
  "}",
  ",",
  '"values":[',
  '"elements":[',
  '{"error":"x"}',
  "NaN",
  "\\",
  "1e9",
];

/** JSON of bpftool, as it comes through a pipe: opened, read as bytes and as what bpftool made of them, printed. */
export const PRINTED: Target = {
  name: "bpftool's JSON",
  input(random) {
    const shape = random.pick(["json.txt", "pretty.txt"]);
    const text = readFileSync(goldenPath(random.pick(CORPUS), shape));
    if (random.chance(0.4)) return mutate(text, random);
    const at = random.below(text.length);
    const cut = random.chance(0.3) ? 0 : random.below(24);
    return Buffer.concat([text.subarray(0, at), Buffer.from(random.pick(INSERTS)), text.subarray(at + cut)]);
  },
  async run(input) {
    await runOurs(["dump", "file", "-", "-o", "ndjson"], undefined, {}, input);
    let maps: readonly (MapSource & { decoded?(): unknown })[] = [];
    try {
      ({ maps } = await openMapFile("-", () => Readable.from([input])));
      for (const map of maps) await search(map);
      return maps.length > 0;
    } catch (error) {
      if (error instanceof EbpfMapError) return maps.length > 0;
      throw error;
    } finally {
      for (const map of maps) map[Symbol.dispose]();
    }
  },
};

async function search(map: MapSource & { decoded?(): unknown }): Promise<void> {
  await map.decoded?.();
  const { keySize, valueStride } = map.shape;
  await map.lookup(new Uint8Array(keySize), new Uint8Array(Math.max(8, valueStride)));
  await map.nextKey(null, new Uint8Array(Math.max(8, keySize)));
}
