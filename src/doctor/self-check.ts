import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { once } from "node:events";
import { type DialectVersion, dialectOf } from "../codec/bpftool/dialect.ts";
import { OutputBuffer } from "../codec/text/output-buffer.ts";
import { EbpfMapError } from "../errors.ts";
import { dumpMaps } from "../output/bpftool/dump.ts";
import type { MapSource } from "../reader/map-source.ts";

/**
 * The outcome of a comparison. "changed": the map changed meanwhile, so the two dumps can't be the same; `stable`
 * entries that stayed as they were all along are printed alike.
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
 * Lets the installed bpftool dump the map, prints it as ebpf-map does for that version before and after, and compares
 * the bytes, of which only digests are kept. A map that changes meanwhile is compared again, and entry by entry: an
 * entry that both of our dumps have must be the same in bpftool's if that has its key. One that bpftool's lacks may
 * have been deleted and inserted again; and one that differs may have changed and changed back, unless it differs each
 * time.
 */
export async function selfCheck(map: MapSource, bpftool: string, compat: DialectVersion): Promise<StyleComparison[]> {
  const comparisons: StyleComparison[] = [];
  for (const style of ["plain", "json"] as const) {
    let differing: ReadonlySet<string> | undefined;
    for (let tries = 1; ; tries++) {
      const { comparison, others } = await compare(map, bpftool, compat, style);
      const known = differing;
      differing = known === undefined ? others : new Set([...others].filter((key) => known.has(key)));
      const isFault = comparison.outcome === "changed" && differing.size > 0;
      if (comparison.outcome !== "same" && tries < TRIES) continue;
      comparisons.push(isFault ? { ...comparison, outcome: "different" } : comparison);
      break;
    }
  }
  return comparisons;
}

/**
 * Compares once. `others` are the digests of the keys of entries that differ though they were the same before and
 * after.
 */
async function compare(
  map: MapSource,
  bpftool: string,
  compat: DialectVersion,
  style: StyleComparison["style"],
): Promise<{ readonly comparison: StyleComparison; readonly others: ReadonlySet<string> }> {
  const before = await ourDump(map, compat, style);
  const theirs = await theirDump(map, bpftool, style);
  const after = await ourDump(map, compat, style);
  const sizes = { style, ourBytes: after.size, theirBytes: theirs.size };
  const none = new Set<string>();
  if ([before.hex(), after.hex()].includes(theirs.hex()))
    return { comparison: { ...sizes, outcome: "same", stable: 0 }, others: none };
  if (before.hex() === after.hex()) return { comparison: { ...sizes, outcome: "different", stable: 0 }, others: none };
  const both = [...before.entries].filter(([entry]) => after.entries.has(entry));
  const stable = both.filter(([entry]) => theirs.entries.has(entry)).length;
  const theirKeys = new Set(theirs.entries.values());
  const others = both.filter(([entry, key]) => !theirs.entries.has(entry) && theirKeys.has(key)).map(([, key]) => key);
  return { comparison: { ...sizes, outcome: "changed", stable }, others: new Set(others) };
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

/**
 * The start of every entry of `--json` but the first. Strings don't hold these bytes, since quotes in them are escaped.
 */
const NEXT_ENTRY = Buffer.from(',{"key":[');

/** The digest of a dump, and in JSON those of its entries. */
class Digest {
  size = 0;
  /** The digest of each entry with that of its key. Empty in plain style, and where there are too many to keep. */
  readonly entries: Map<string, string> = new Map();
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
    this.entries.set(digestOf(entry), digestOf(entry.subarray(0, entry.indexOf("]") + 1)));
    if (this.entries.size <= MAX_ENTRIES) return;
    this.#isFull = true;
    this.entries.clear();
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("base64");
}
