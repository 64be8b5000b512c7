import type { ErrorCode } from "../../errors.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { type SaveResult, type SnapshotWriteOptions, saveSnapshot, saveTo } from "../../snapshot/write/save.ts";
import { StreamTarget } from "../../snapshot/write/target.ts";
import { EACCES, EPERM, errnoName, errnoText } from "../../sys/errno.ts";
import { wrongWords } from "../args/usage.ts";
import { type SelectedMaps, selectMaps } from "../maps/select-maps.ts";
import type { TypeSources } from "../maps/type-sources.ts";
import { packageVersion } from "../package/package-files.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";
import { asOutputFailure, isStdout, shortcoming } from "./save/saving.ts";

/**
 * `save MAP FILE`: writes a snapshot; a signal ends it and leaves nothing behind. `-` writes to stdout. With -j it
 * prints `null`, like bpftool's commands without output. The status is 3 if a map was read in part.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (session.options.allMaps) {
    const { saveAll } = await import("./save/save-all.ts");
    return await saveAll(words, session);
  }
  const file = words[2];
  if (words.length !== 3 || file === undefined) throw wrongWords("save", words);
  const toStdout = isStdout(file, session);
  using selected = await selectMaps(words, mapFinder(session), savedTypes(session));
  using interruption = session.context.interruption();
  try {
    const unreadable = (map: MapSource, report: ReadReport): Error => nothingRead(map, report, session);
    const { signal } = interruption;
    const options = { ...origin(selected, session), force: session.options.force, signal, unreadable };
    const result = await (toStdout
      ? saveTo(new StreamTarget(session.context.stdout.write), false, selected.maps, options)
      : saveSnapshot(file, selected.maps, options));
    const isWhole = report(file, selected.maps, result, session);
    if (session.style !== "plain" && !toStdout) jsonWriter(session).raw("null").end();
    return isWhole ? EXIT.ok : EXIT.incomplete;
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw asOutputFailure(error);
  }
}

/** The error for a map of which nothing can be read: no file, and bpftool's status for the same failure. */
function nothingRead({ label }: MapSource, { errno }: ReadReport, { dialect }: Session): CommandError {
  const message = `save ${label}: its entries can't be read: ${errnoText(errno).toLowerCase()}; nothing is saved`;
  const details = { errno, errnoName: errnoName(errno) };
  return new CommandError(codeOf(errno), message, { error: message }, { details, status: exitOfErrno(errno, dialect) });
}

function codeOf(errno: number): ErrorCode {
  return errno === EPERM || errno === EACCES ? "NO_PERMISSION" : "KERNEL";
}

/** Types are saved that the map has, or that are given; those of the configuration may be others tomorrow. */
function savedTypes(session: Session): TypeSources {
  return { ...typeSources(session), config: { file: undefined, schemaFolder: undefined } };
}

/**
 * The origin of the entries: this machine now, or that of the snapshot that is saved again. bpftool doesn't tell the
 * machine, and all that it runs on but for a few are little-endian.
 */
function origin({ maps: [first] }: SelectedMaps, { context }: Session): Omit<SnapshotWriteOptions, "force"> {
  const tool = `ebpf-map ${packageVersion()}`;
  const { origin: moment, machine = UNKNOWN } = first;
  if (moment === undefined) return { tool, ...context.origin() };
  return { ...machine, ...moment, tool, now: new Date(moment.time) };
}

const UNKNOWN: NonNullable<MapSource["machine"]> = { kernel: "unknown", littleEndian: true };

/** Reports the result on stderr. Returns false if entries of a map are missing. */
function report(file: string, maps: readonly MapSource[], result: SaveResult, { context, warn }: Session): boolean {
  maps.forEach((map, i) => {
    const report = result.reports[i];
    if (report !== undefined && !report.complete) warn(`Warning: ${map.label}: saved in part: ${shortcoming(report)}`);
    const types = map.types();
    if (types.state === "unavailable") warn(`Warning: ${map.label}: saved without its types: ${types.reason}`);
  });
  if (context.stderr.isTerminal) {
    const what = maps.length === 1 ? "1 map" : `${maps.length} maps`;
    warn(`Saved ${what} with ${result.entries} entries in ${file} (${result.bytes} bytes)`);
  }
  return result.reports.every(({ complete }) => complete);
}
