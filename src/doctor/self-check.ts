import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { type DialectVersion, dialectOf } from "../codec/bpftool/dialect.ts";
import { OutputBuffer } from "../codec/text/output-buffer.ts";
import { EbpfMapError } from "../errors.ts";
import { dumpMaps } from "../output/bpftool/dump.ts";
import type { MapSource } from "../reader/map-source.ts";

/** What came of a comparison of two dumps of one map. */
export interface StyleComparison {
  readonly style: "plain" | "json";
  readonly same: boolean;
  readonly ourBytes: number;
  readonly theirBytes: number;
}

/** How often a map that is being written to is compared again. */
const TRIES = 3;

/** As long as a map of some million entries takes bpftool. */
const TIMEOUT_MS = 120_000;

/**
 * Lets the installed bpftool dump the map, prints it as ebpf-map does for that version, and compares the bytes, of which
 * only a digest and the number are kept. A map that changes between the two differs without anyone's fault, so it is
 * tried again.
 */
export async function selfCheck(map: MapSource, bpftool: string, compat: DialectVersion): Promise<StyleComparison[]> {
  const comparisons: StyleComparison[] = [];
  for (const style of ["plain", "json"] as const) {
    let last = await compare(map, bpftool, compat, style);
    for (let tries = 1; !last.same && tries < TRIES; tries++) last = await compare(map, bpftool, compat, style);
    comparisons.push(last);
  }
  return comparisons;
}

async function compare(
  map: MapSource,
  bpftool: string,
  compat: DialectVersion,
  style: StyleComparison["style"],
): Promise<StyleComparison> {
  const theirs = await theirDump(map, bpftool, style);
  const ours = new Digest();
  const out = new OutputBuffer((bytes) => ours.add(bytes));
  await dumpMaps([map], { style, dialect: dialectOf(compat), warn: () => undefined }, out);
  return { style, same: ours.hex() === theirs.hex(), ourBytes: ours.size, theirBytes: theirs.size };
}

async function theirDump(map: MapSource, bpftool: string, style: StyleComparison["style"]): Promise<Digest> {
  const args = [...(style === "json" ? ["-j"] : []), "map", "dump", "id", String(map.info.id)];
  const child = spawn(bpftool, args, { stdio: ["ignore", "pipe", "ignore"], timeout: TIMEOUT_MS });
  const digest = new Digest();
  child.stdout.on("data", (bytes: Buffer) => digest.add(bytes));
  const [, signal] = await once(child, "close");
  if (signal === null) return digest;
  throw new EbpfMapError("KERNEL", `compare ${map.label}: ${bpftool} was ended by ${signal}`, { signal });
}

class Digest {
  size = 0;
  readonly #hash: Hash = createHash("sha256");

  add(bytes: Uint8Array): void {
    this.size += bytes.length;
    this.#hash.update(bytes);
  }

  hex(): string {
    return this.#hash.copy().digest("hex");
  }
}
