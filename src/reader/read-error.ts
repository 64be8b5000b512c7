import { EbpfMapError, type ErrorDetails } from "../errors.ts";
import {
  EACCES,
  EBADF,
  EBUSY,
  EDEADLK,
  EINVAL,
  ENOMEM,
  ENOSPC,
  ENOTSUPP,
  EOPNOTSUPP,
  EPERM,
  ETIMEDOUT,
  errnoName,
  errnoPhrase,
} from "../sys/errno.ts";
import type { MapInfo } from "../sys/info.ts";
import { BPF_F_WRONLY } from "../sys/map-flags.ts";
import { mapTypeFacts, mapTypeName } from "../sys/map-types.ts";
import type { EntryCall, ReadReport } from "./entries.ts";

/** The part of a map that errors need. */
interface FailedMap {
  readonly label: string;
  readonly info: Pick<MapInfo, "id" | "type" | "mapFlags" | "valueSize" | "maxEntries">;
}

/** Errnos for an operation that a map type may not have; their meaning depends on the type. */
const NOT_OFFERED: readonly number[] = [ENOTSUPP, EOPNOTSUPP, EINVAL];

/**
 * Turns a failed call on a map's entries into an error. `doing` is the action: `look up a key in`.
 *
 * | errno | call | type | code |
 * |---|---|---|---|
 * | EPERM, EACCES | any | any | NO_PERMISSION |
 * | ENOTSUPP, EOPNOTSUPP, EINVAL | any | whose entries can't be listed | NOT_READABLE |
 * | these and ENOSPC | lookup | whose values are hidden | NOT_READABLE |
 * | ENOTSUPP, EOPNOTSUPP | any | newer than this program | NOT_READABLE |
 * | any other | | | KERNEL, with the errno's own meaning |
 */
export function callError(doing: string, { label, info }: FailedMap, call: EntryCall, errno: number): EbpfMapError {
  return failure(`${doing} ${label}`, info, call, errno, {});
}

/**
 * Returns the error of a read that ended before the end of the map: INCOMPLETE if the map kept changing. Undefined for
 * a complete read.
 */
export function readError({ label, info }: FailedMap, report: ReadReport): EbpfMapError | undefined {
  const details = reportDetails(report);
  if (report.errno !== 0) {
    const call = report.stop?.why === "errno" ? report.stop.call : "next-key";
    return failure(`read ${label}`, info, call, report.errno, details, placeText(report, info));
  }
  if (report.complete) return undefined;
  return new EbpfMapError("INCOMPLETE", `read ${label}: ${changingText(report, info)}`, { id: info.id, ...details });
}

/** Returns the error of a read in which all lookups failed, the last one with `errno`. */
export function valuesError({ label, info }: FailedMap, errno: number): EbpfMapError {
  return failure(`read ${label}`, info, "lookup", errno, {});
}

/** Returns a report as the flat details of an error. */
export function reportDetails({ stop, ...counts }: ReadReport): ErrorDetails {
  if (stop === undefined) return counts;
  return stop.why === "errno"
    ? { ...counts, stop: "errno", call: stop.call, callNumber: stop.number }
    : { ...counts, stop: stop.why };
}

function failure(
  doing: string,
  info: FailedMap["info"],
  call: EntryCall,
  errno: number,
  details: ErrorDetails,
  place = "",
): EbpfMapError {
  const { code, reason } = meaning(info, call, errno);
  const because = reason === undefined ? errnoName(errno) : `${errnoName(errno)}: ${reason}`;
  const message = `${doing}: ${errnoPhrase(errno)}${place} (${because})`;
  return new EbpfMapError(code, message, { id: info.id, ...details, errno, errnoName: errnoName(errno) });
}

interface Meaning {
  readonly code: "NO_PERMISSION" | "NOT_READABLE" | "KERNEL";
  readonly reason: string | undefined;
}

function meaning(info: FailedMap["info"], call: EntryCall, errno: number): Meaning {
  if (errno === EPERM || errno === EACCES) return { code: "NO_PERMISSION", reason: refusal(info) };
  const unreadable = unreadableReason(info, call, errno);
  if (unreadable !== undefined) return { code: "NOT_READABLE", reason: unreadable };
  return { code: "KERNEL", reason: HINTS.get(errno) };
}

/** The reason why a call can't succeed on a map of this type; undefined if it can. */
function unreadableReason({ type, valueSize }: FailedMap["info"], call: EntryCall, errno: number): string | undefined {
  const name = mapTypeName(type);
  const { read } = mapTypeFacts(type);
  const isOffered = !NOT_OFFERED.includes(errno);
  if (name === undefined) {
    const isRefused = errno === ENOTSUPP || errno === EOPNOTSUPP;
    return isRefused ? `type ${type} is newer than this program, and the kernel offers no such call for it` : undefined;
  }
  if (read.unlisted !== undefined && !isOffered) return `${withArticle(name)} ${read.unlisted}`;
  const { hidden } = read;
  if (hidden === undefined || call !== "lookup" || (isOffered && errno !== ENOSPC)) return undefined;
  return hidden.unless === "cookies" && valueSize === 8 ? undefined : `${withArticle(name)} ${hidden.why}`;
}

function withArticle(name: string): string {
  return `${/^(?:[aeio]|xs)/.test(name) ? "an" : "a"} ${name}`;
}

function refusal({ mapFlags }: FailedMap["info"]): string {
  if ((mapFlags & BPF_F_WRONLY) !== 0)
    return "the map was made with BPF_F_WRONLY, so nobody may read it from user space";
  return "before Linux 5.19 reading needs CAP_BPF, and a security module may forbid it";
}

const HINTS: ReadonlyMap<number, string> = new Map([
  [ENOMEM, "the kernel is short of memory for the call"],
  [EBADF, "the descriptor was closed by somebody else"],
  [EBUSY, "somebody else holds a lock of the map: try again"],
  [EDEADLK, "somebody else holds a lock of the map: try again"],
  [ETIMEDOUT, "somebody else holds a lock of the map: try again"],
]);

const CALL_TEXTS: Readonly<Record<EntryCall, string>> = {
  batch: "batch lookup",
  "next-key": "next-key call",
  lookup: "lookup",
};

/**
 * The place where a read stopped: `, in batch lookup 8, after 19274 of at most 50000 entries`; "" for its first call.
 */
function placeText(report: ReadReport, info: FailedMap["info"]): string {
  const { stop, entries } = report;
  const isFirst = stop?.why === "errno" && stop.number === 1;
  const call = stop?.why === "errno" && !isFirst ? `, in ${CALL_TEXTS[stop.call]} ${stop.number}` : "";
  return `${call}${entries === 0 ? "" : `,${entriesText(report, info)}`}`;
}

function entriesText({ entries }: ReadReport, { maxEntries }: FailedMap["info"]): string {
  return ` after ${entries}${maxEntries > 0 ? ` of at most ${maxEntries}` : ""} ${maxEntries > 0 || entries !== 1 ? "entries" : "entry"}`;
}

/**
 * The reason why a read gave up: `gave up after 32 of at most 32 entries: keys were deleted under the read 12 times
 * (…)`.
 */
function changingText(report: ReadReport, info: FailedMap["info"]): string {
  const { restarts, stop, entries } = report;
  if (stop?.why === "unsure")
    return `there is no telling whether ${entries} entries are all (Linux 6.4 and later tell)`;
  if (stop?.why === "cut") {
    const what = `the text ends within the map, behind ${entries} ${entries === 1 ? "entry" : "entries"}`;
    return `${what} (the connection broke, or the program that wrote it ended early)`;
  }
  const times = restarts === 1 ? "once" : `${restarts} times`;
  const why = restarts === 0 ? "entries came and went during each pass" : `keys were deleted under the read ${times}`;
  const cure = "entries may be missing; try again when the map is less busy";
  return `gave up${entriesText(report, info)}: ${why} (${cure})`;
}
