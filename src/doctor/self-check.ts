import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { type DialectVersion, dialectOf } from "../codec/bpftool/dialect.ts";
import { OutputBuffer } from "../codec/text/output-buffer.ts";
import { EbpfMapError } from "../errors.ts";
import { dumpMaps } from "../output/bpftool/dump.ts";
import type { MapSource } from "../reader/map-source.ts";

/**
 * The outcome of a comparison. "changed": the map changed meanwhile, so the two dumps can't be the same; `stable` entries
 * that stayed as they were all along are printed alike.
 */
export type ComparisonOutcome = "same" | "different" | "changed";

/** Two dumps of one map in one style. */
export interface StyleComparison {
  readonly style: "plain" | "json";
  readonly outcome: ComparisonOutcome;
  readonly ourBytes: number;
  readonly theirBytes: number;
  /** Entries of a changing map that stayed as they were and were compared one by one; 0 where none could be. */
  readonly stable: number;
}

/** The most comparisons of a map that is being written to. */
const TRIES = 3;

/** The time that bpftool takes for a map of some million entries. */
const TIMEOUT_MS = 120_000;

/** Entries of a dump whose digests are kept to find those that stayed as they were. */
const MAX_ENTRIES = 1 << 18;

/**
 * Lets the installed bpftool dump the map, prints it as ebpf-map does for that version before and after, and compares the
 * bytes, of which only digests are kept. A map that changes meanwhile is compared again, and at last entry by entry: what
 * both of our dumps have must be in bpftool's, too.
 */
export async function selfCheck(map: MapSource, bpftool: string, compat: DialectVersion): Promise<StyleComparison[]> {
  const comparisons: StyleComparison[] = [];
  for (const style of ["plain", "json"] as const) {
    let last = await compare(map, bpftool, compat, style);
    for (let tries = 1; last.outcome !== "same" && tries < TRIES; tries++)
      last = await compare(map, bpftool, compat, style);
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
  const before = await ourDump(map, compat, style);
  const theirs = await theirDump(map, bpftool, style);
  const after = await ourDump(map, compat, style);
  const sizes = { style, ourBytes: after.size, theirBytes: theirs.size };
  if ([before.hex(), after.hex()].includes(theirs.hex())) return { ...sizes, outcome: "same", stable: 0 };
  if (before.hex() === after.hex()) return { ...sizes, outcome: "different", stable: 0 };
  const stable = [...before.entries].filter((entry) => after.entries.has(entry));
  const isSound = stable.every((entry) => theirs.entries.has(entry));
  return { ...sizes, outcome: isSound ? "changed" : "different", stable: stable.length };
}

async function ourDump(map: MapSource, compat: DialectVersion, style: StyleComparison["style"]): Promise<Digest> {
  const digest = new Digest(style);
  const out = new OutputBuffer((bytes) => digest.add(bytes));
  await dumpMaps([map], { style, dialect: dialectOf(compat), warn: () => undefined }, out);
  out.flush();
  return digest;
}

async function theirDump(map: MapSource, bpftool: string, style: StyleComparison["style"]): Promise<Digest> {
  const args = [...(style === "json" ? ["-j"] : []), "map", "dump", "id", String(map.info.id)];
  const child = spawn(bpftool, args, { stdio: ["ignore", "pipe", "ignore"], timeout: TIMEOUT_MS });
  const digest = new Digest(style);
  child.stdout.on("data", (bytes: Buffer) => digest.add(bytes));
  const [, signal] = await once(child, "close");
  if (signal === null) return digest;
  throw new EbpfMapError("KERNEL", `compare ${map.label}: ${bpftool} was ended by ${signal}`, { signal });
}

/** The start of every entry of `--json` but the first. Strings don't hold these bytes, since quotes in them are escaped. */
const NEXT_ENTRY = Buffer.from(',{"key":[');

/** The digest of a dump, and in JSON those of its entries. */
class Digest {
  size = 0;
  /** Empty in plain style, and where there are too many to keep. */
  readonly entries: Set<string> = new Set();
  readonly #hash: Hash = createHash("sha256");
  readonly #isJson: boolean;
  #rest: Buffer = Buffer.alloc(0);
  #isFull = false;

  constructor(style: StyleComparison["style"]) {
    this.#isJson = style === "json";
  }

  add(bytes: Uint8Array): void {
    this.size += bytes.length;
    this.#hash.update(bytes);
    if (this.#isJson && !this.#isFull) this.#addEntries(bytes);
  }

  /** Ends the dump. */
  hex(): string {
    this.#keep(this.#rest);
    this.#rest = Buffer.alloc(0);
    return this.#hash.copy().digest("hex");
  }

  #addEntries(bytes: Uint8Array): void {
    const all = Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let next = all.indexOf(NEXT_ENTRY); next >= 0; next = all.indexOf(NEXT_ENTRY, start)) {
      this.#keep(all.subarray(start, next));
      start = next + 1;
    }
    this.#rest = Buffer.from(all.subarray(start));
  }

  /** Keeps an entry without the brackets of the array around all of them. */
  #keep(part: Buffer): void {
    const entry = part.subarray(Math.max(0, part.indexOf("{")), part.lastIndexOf("}") + 1);
    if (this.#isFull || entry.length === 0) return;
    this.entries.add(createHash("sha1").update(entry).digest("base64"));
    if (this.entries.size <= MAX_ENTRIES) return;
    this.#isFull = true;
    this.entries.clear();
  }
}
