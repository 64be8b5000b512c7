import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { openPinnedMap, updateElement } from "./bpf.ts";
import { bpftoolPath, type Run, run, runBpftool } from "./bpftools.ts";
import { keyOf, valueBytes } from "./map-recipes.ts";
import { type MapTypeName, mapTypeName } from "./map-types.ts";
import type { Random } from "./random.ts";
import { randomValue } from "./random-values.ts";
import { repositoryPath } from "./repository.ts";
import type { Scratch } from "./scratch.ts";

const kernel = new LinuxKernel();

/**
 * Compiles `test/kernel/fixtures/NAME.bpf.c` as a program's author would; returns the object's path. Where there is no
 * compiler, EBPF_MAP_OBJECTS names a folder with the objects.
 */
export async function compileObject(scratch: Scratch, name: string): Promise<string> {
  const compiled = process.env.EBPF_MAP_OBJECTS;
  if (compiled !== undefined) return join(compiled, `${name}.o`);
  const source = repositoryPath("test", "kernel", "fixtures", `${name}.bpf.c`);
  const object = join(scratch.folder, `${name}.o`);
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const include = `-I/usr/include/${machine}-linux-gnu`;
  succeed(await run("clang", ["-g", "-O2", "-target", "bpf", include, "-c", source, "-o", object]), `clang ${name}`);
  return object;
}

/** Compiles a fixture and loads it with the real bpftool, its maps pinned in the scope: returns their paths. */
export async function loadObject(scratch: Scratch, name: string): Promise<string[]> {
  const object = await compileObject(scratch, name);
  const [programs, maps] = [join(scratch.pins, `${name}_programs`), join(scratch.pins, `${name}_maps`)];
  const args = ["prog", "loadall", object, programs, "pinmaps", maps];
  succeed(await runBpftool("7.8", args), `bpftool ${args.join(" ")}`);
  return readdirSync(maps).map((map) => join(maps, map));
}

/** Registers the struct_ops of a fixture for as long as the scope lives; returns the id of its map. */
export async function registerStructOps(scratch: Scratch, name: string): Promise<number> {
  const object = await compileObject(scratch, name);
  const registered = await runBpftool("7.8", ["struct_ops", "register", object]);
  succeed(registered, `bpftool struct_ops register ${name}`);
  const id = / id (\d+)/.exec(`${registered.stdout}${registered.stderr}`)?.[1] ?? "";
  scratch.own({ [Symbol.dispose]: () => spawnSync(bpftoolPath("7.8"), ["struct_ops", "unregister", "id", id]) });
  return Number(id);
}

/** Functions that fill maps with anything, by type; maps of other types have only what their program put there. */
const FILLERS: Partial<Record<MapTypeName, (map: Fd, random: Random, shape: Shape) => void>> = {
  hash: fillKeys,
  lru_hash: fillKeys,
  percpu_hash: fillKeys,
  array: fillSlots,
  percpu_array: fillSlots,
  lpm_trie: (map, random, { valueSize }) => {
    for (let bits = 8; bits <= 32; bits += 8) {
      updateElement(map, Uint8Array.of(bits, 0, 0, 0, 192, 168, bits, 1), randomValue(random, valueSize));
    }
  },
  queue: (map, random, { valueSize }) => updateElement(map, null, randomValue(random, valueSize)),
};

interface Shape {
  readonly type: MapTypeName;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** Puts random entries into a pinned map, where its type allows that; a frozen map keeps what it has. */
export function fillAtRandom(path: string, random: Random): void {
  using map = openPinnedMap(path);
  const info = kernel.mapInfo(map);
  const shape = { ...info, type: mapTypeName(info.type) };
  if (kernel.fdinfo(map).get("frozen") === "1") return;
  FILLERS[shape.type]?.(map, random, shape);
}

function fillKeys(map: Fd, random: Random, shape: Shape): void {
  for (let i = 0; i < Math.min(shape.maxEntries, 10); i++) {
    updateElement(map, keyOf(i, shape), randomValue(random, valueBytes(shape)));
  }
}

function fillSlots(map: Fd, random: Random, shape: Shape): void {
  for (let i = 0; i < shape.maxEntries; i++)
    updateElement(map, keyOf(i, shape), randomValue(random, valueBytes(shape)));
}

function succeed({ status, stdout, stderr }: Run, what: string): void {
  if (status !== 0) throw new Error(`${what} ended with status ${status}: ${stdout.toString("latin1")}${stderr}`);
}
