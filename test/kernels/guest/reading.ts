import type { EntrySource, ReadReport } from "../../../src/reader/entries.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import { entryShape } from "../../../src/reader/shape.ts";
import { WalkSource } from "../../../src/reader/walk.ts";
import { ENOENT } from "../../../src/sys/errno.ts";
import type { Fd } from "../../../src/sys/fd.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { mapTypeFacts } from "../../../src/sys/map-types.ts";
import { MAP_RECIPES, type MapRecipe, makeMap } from "../../helpers/map-recipes.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { Checks, errnoOf } from "./checks.ts";

export interface TypeReading {
  readonly modes: { readonly batch: string[]; readonly walk: string[] };
  readonly checks: number;
  readonly failures: readonly string[];
}

const kernel = new LinuxKernel();

/**
 * Reads a map of each type as the program does, by batch or by whatever that falls back to in this kernel, and by a
 * key walk: both must give the same entries in the same order, and end in the same way.
 */
export async function readEachType(): Promise<TypeReading> {
  const checks = new Checks();
  const modes = { batch: [] as string[], walk: [] as string[] };
  for (const recipe of MAP_RECIPES) {
    using scratch = new Scratch();
    const map = await makeIfKnown(scratch, recipe);
    if (map === undefined) continue;
    const report = readBothWays(recipe, map, checks);
    if (report.mode === "batch" || report.mode === "walk") modes[report.mode].push(recipe.name);
  }
  return { modes, checks: checks.checks, failures: checks.failures };
}

/** A type that the kernel refuses is named by the compared cases, which make it too. */
async function makeIfKnown(scratch: Scratch, recipe: MapRecipe): Promise<Fd | undefined> {
  try {
    return await makeMap(scratch, recipe, { count: 5, btf: recipe.btf === "always", name: "reading" });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function readBothWays(recipe: MapRecipe, fd: Fd, checks: Checks): ReadReport {
  const info = kernel.mapInfo(fd);
  const shape = entryShape(info, kernel.possibleCpus());
  const live = new LiveMap(kernel, fd);
  using source = live.entries();
  const asRead = allOf(source, shape.keySize, shape.valueStride);
  const keys = mapTypeFacts(info.type).keys === "indexes" ? "indexes" : "any";
  const target = { kernel, fd, shape, maxEntries: info.maxEntries, keys } as const;
  using walk = new WalkSource(target);
  const walked = allOf(walk, shape.keySize, shape.valueStride);
  checks.equal(`${recipe.name}: entries`, asRead, walked);
  checks.equal(`${recipe.name}: complete`, source.report.complete, walk.report.complete);
  checks.equal(`${recipe.name}: errno at the end`, source.report.errno, walk.report.errno);
  return source.report;
}

/**
 * Each entry as `KEY=VALUE`, or `KEY!ERRNO` where it can't be read. An empty slot is no entry: a batch passes over
 * those of an array of maps, where a walk comes by and finds nothing.
 */
function allOf(source: EntrySource, keySize: number, stride: number): string[] {
  const entries: string[] = [];
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    if (batch instanceof Promise) throw new TypeError("a live map is read without promises");
    for (let i = 0; i < batch.count; i++) {
      const key = Buffer.from(batch.keys.subarray(i * keySize, (i + 1) * keySize)).toString("hex");
      const errno = batch.errnos?.[i] ?? 0;
      if (errno === ENOENT) continue;
      const value = Buffer.from(batch.values.subarray(i * stride, (i + 1) * stride)).toString("hex");
      entries.push(errno === 0 ? `${key}=${value}` : `${key}!${errno}`);
    }
  }
  return entries;
}
