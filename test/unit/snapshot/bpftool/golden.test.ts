import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { openSnapshotFile } from "../../../../src/snapshot/read/load.ts";
import { openMapFile } from "../../../../src/snapshot/read/open-map-file.ts";
import { ENOENT } from "../../../../src/sys/errno.ts";
import { BPF_MAP_TYPE, isMapOfMaps } from "../../../../src/sys/map-types.ts";
import { versionsOf } from "../../../golden/case.ts";
import { goldenPath, outputFileOf, readRecorded, recordedNames } from "../../../golden/recorded.ts";
import { runOurs } from "../../../helpers/run-ours.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

/** The distinct outputs of `dump` in a shape, of all versions. */
function outputsOf(name: string, shape: "json" | "pretty"): string[] {
  const versions = versionsOf(readRecorded(name));
  return [...new Set(versions.map((version) => outputFileOf(name, ["dump", "MAP"], shape, version)))];
}

interface Entries {
  readonly entries: readonly string[];
  readonly sizes: readonly number[];
}

/** Keys and values in hex, without what no bpftool prints: the padding of CPUs, and empty slots of maps of ids. */
async function entriesOf(map: MapSource): Promise<Entries> {
  const { keySize, valueSize, valueStride, cpus } = map.shape;
  const entries: string[] = [];
  using source = map.entries();
  const isSilent = isMapOfMaps(map.info.type) || map.info.type === BPF_MAP_TYPE.PROG_ARRAY;
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    for (let i = 0; i < batch.count; i++) {
      const hex = (bytes: Uint8Array, at: number, length: number) =>
        Buffer.from(bytes.subarray(at, at + length)).toString("hex");
      const key = hex(batch.keys, i * keySize, keySize);
      const errno = batch.errnos?.[i] ?? 0;
      if (errno === ENOENT && isSilent) continue;
      const slots = Array.from({ length: Math.max(1, cpus) }, (_, cpu) =>
        hex(batch.values, i * valueStride + (cpu * valueStride) / Math.max(1, cpus), valueSize),
      );
      entries.push(`${key} ${errno === 0 ? slots.join(" ") : `errno ${errno}`}`);
    }
  }
  // Where no value could be read, only map show tells its size.
  const isSeen = entries.some((entry) => !entry.includes("errno"));
  return { entries, sizes: isSeen ? [keySize, valueSize, cpus] : [] };
}

/** What `map show` prints of a case's maps, one a line. */
async function shownOf(name: string): Promise<string> {
  const { stdout } = await runOurs(["-j", "list", "file", goldenPath(name, "map.ndjson")]);
  return stdout.toString("latin1");
}

describe("what bpftool prints gives the entries of the snapshot", () => {
  const cases = recordedNames().filter((name) => outputsOf(name, "json").some((file) => isArray(name, file)));

  test.for(cases)("%s", async (name) => {
    const snapshot = (await openSnapshotFile(goldenPath(name, "map.ndjson"))).map((map) => scratch.own(map));
    // bpftool stops at a map that it can't read.
    const printed = name === "names/unreadable" ? snapshot.slice(0, 2) : snapshot;
    const shown = await shownOf(name);
    let read = 0;
    for (const shape of ["json", "pretty"] as const) {
      for (const file of outputsOf(name, shape).filter((one) => isArray(name, one))) {
        const path = join(scratch.folder, "printed.json");
        for (const beside of ["", shown]) {
          writeFileSync(path, Buffer.concat([Buffer.from(beside, "latin1"), readFileSync(goldenPath(name, file))]));
          const { maps, notes } = await openMapFile(path);
          expect(notes).toEqual([]);
          for (const map of maps) scratch.own(map);
          expect(maps).toHaveLength(printed.length);
          for (const [i, map] of maps.entries()) {
            const expected = printed[i] ?? map;
            expect([file, await entriesOf(map)]).toEqual([file, await entriesOf(expected)]);
            if (beside !== "") expect(pick(map)).toEqual(pick(expected));
            read++;
          }
        }
      }
    }
    expect(read).toBeGreaterThanOrEqual(4);
  });

  test("all cases but those that no version could print", () => {
    const left = recordedNames().filter((name) => !cases.includes(name));
    expect(left).toEqual([]);
  });
});

function pick({ info }: MapSource): object {
  const { id, type, name, keySize, valueSize, maxEntries, mapFlags, btfId } = info;
  return { id, type, name, keySize, valueSize, maxEntries, mapFlags, btfId };
}

function isArray(name: string, file: string): boolean {
  const text = readFileSync(goldenPath(name, file), "latin1");
  return text.startsWith("[") && !/^\[\{\s*"error"/.test(text);
}

/** Cases of which bpftool tells less than the bytes do, by what it keeps to itself. */
const LESS: Readonly<Record<string, readonly string[]>> = {
  "integers of more than 64 bits are text": [
    "keys/128-bits/largest",
    "keys/128-bits/noise",
    "values/ints/128-bits",
    "values/bit-fields/widths-128",
  ],
  "a signed bit-field, or an integer of odd width, isn't extended": [
    "values/bit-fields/of-old-compilers",
    "values/bit-fields/of-other-types",
    "values/bit-fields/widths-32",
    "values/bit-fields/widths-64",
    "values/ints/bits-and-offset",
    "values/ints/odd-widths",
  ],
  "an array of char that is never printable is numbers, and one of CHAR is texts": [
    "keys/string/largest",
    "keys/string/noise",
    "keys/struct/largest",
    "keys/struct/noise",
    "values/arrays/of-each-kind",
    "values/strings/encodings",
  ],
  "a CHAR is a text": ["values/chars/odd-bits", "values/chars/single", "values/chars/wide"],
  "an enumerator without a name is signed, and text beside ones with names": [
    "keys/empty-parts/noise",
    "values/enums/64-bits",
    "values/enums/named",
    "values/enums/sizes",
    "values/enums/without-names",
    "values/per-cpu/struct",
  ],
  "a variable of a data section is one of those above": [
    "sections/data/noise",
    "sections/data/ones",
    "sections/rodata/noise",
    "sections/rodata/ones",
  ],
  "it gives up at a float, or at a type tag": [
    "sections/float/noise",
    "sections/float/ones",
    "values/floats/alone",
    "values/floats/first",
    "values/floats/in-array",
    "values/floats/in-key",
    "values/floats/in-struct",
    "values/floats/nested",
    "values/floats/per-cpu",
    "values/modifiers/type-tag-alone",
    "values/modifiers/type-tag-of-1-byte",
    "values/modifiers/type-tag-on-member",
  ],
  "it prints entries without a value, which the snapshot leaves out or shows": [
    "types/prog-array/btf",
    "types/reuseport-sockarray-with-8-byte-values/btf",
  ],
};

describe("without types, what bpftool made of the entries gives the rows of the snapshot", () => {
  const typed = recordedNames().filter((name) =>
    outputsOf(name, "json").some((file) => readFileSync(goldenPath(name, file), "latin1").includes('"formatted"')),
  );
  test.for(typed.filter((name) => !name.startsWith("names/")))("%s", async (name) => {
    const args = ["-o", "ndjson", "--no-render"];
    const snapshot = await runOurs(["dump", "file", goldenPath(name, "map.ndjson"), ...args]);
    const file = outputsOf(name, "json").findLast((one) => isArray(name, one)) ?? "";
    const stdin = readFileSync(goldenPath(name, file));
    const printed = await runOurs(["dump", "file", "-", ...args], undefined, {}, stdin);
    expect(printed.stderr).toContain("these are the values that bpftool printed");
    const isLess = Object.values(LESS).some((names) => names.includes(name));
    if (isLess) expect(printed.stdout.toString()).not.toBe(snapshot.stdout.toString());
    else expect(printed.stdout.toString()).toBe(snapshot.stdout.toString());
  });
});
