import type { ReadReport, ReadStop } from "../reader/entries.ts";
import { booleanField, type Fields, integerField, objectField, parseObject, textField } from "./fields.ts";
import { type SnapshotTrailer, TRAILER_START } from "./format.ts";
import { Malformed } from "./malformed.ts";

const SHA256_NAME = ',"sha256":"';
const SHA256_END = '"}';
const SHA256_DIGITS = 64;
/** Characters from where the checksum's coverage ends to the end of the line, without its newline. */
const SHA256_PART: number = SHA256_NAME.length + SHA256_DIGITS + SHA256_END.length;

/** The first part of a trailer line: the part that the checksum covers. */
export function trailerStart({ entries, report }: SnapshotTrailer): string {
  return `${TRAILER_START}${entries},"report":${JSON.stringify(report)}`;
}

/** The rest of a trailer line, with its newline. */
export function trailerEnd(sha256: string): string {
  return `${SHA256_NAME}${sha256}${SHA256_END}\n`;
}

/** Divides a trailer line (without newline) into what the checksum covers and the checksum. Throws Malformed. */
export function splitTrailer(line: Buffer): { covered: Buffer; sha256: string } {
  const at = line.length - SHA256_PART;
  const tail = line.toString("latin1", Math.max(0, at));
  const sha256 = tail.slice(SHA256_NAME.length, -SHA256_END.length);
  if (tail === trailerEnd(sha256).trimEnd() && /^[0-9a-f]{64}$/.test(sha256))
    return { covered: line.subarray(0, at), sha256 };
  throw new Malformed("the trailer doesn't end in a checksum");
}

/** Reads a trailer line. Throws Malformed. */
export function parseTrailer(line: string): SnapshotTrailer {
  const fields = parseObject(line);
  return { entries: count(fields, "entries"), report: readReport(objectField(fields, "report")) };
}

function readReport(fields: Fields): ReadReport {
  return {
    complete: booleanField(fields, "complete"),
    mode: readMode(fields),
    entries: count(fields, "entries"),
    restarts: count(fields, "restarts"),
    duplicates: count(fields, "duplicates"),
    skipped: count(fields, "skipped"),
    retries: count(fields, "retries"),
    bytes: count(fields, "bytes"),
    errno: integerField(fields, "errno", MAX_ERRNO),
    ...(Object.hasOwn(fields, "stop") && { stop: readStop(objectField(fields, "stop")) }),
  };
}

function readStop(fields: Fields): ReadStop {
  const why = textField(fields, "why");
  if (why === "changing" || why === "unsure" || why === "cut") return { why };
  const call = textField(fields, "call");
  const isCall = call === "batch" || call === "next-key" || call === "lookup";
  if (why === "errno" && isCall) return { why, call, number: count(fields, "number") };
  throw new Malformed(`there is no end of a read called "${why}" in "${call}"`);
}

/** Linux's MAX_ERRNO. */
const MAX_ERRNO = 4095;

function count(fields: Fields, name: string): number {
  return integerField(fields, name, Number.MAX_SAFE_INTEGER);
}

function readMode(fields: Fields): ReadReport["mode"] {
  const mode = textField(fields, "mode");
  if (mode === "batch" || mode === "walk" || mode === "peek" || mode === "snapshot") return mode;
  throw new Malformed(`there is no way of reading called "${mode}"`);
}
