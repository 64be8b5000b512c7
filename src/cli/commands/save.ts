import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { readError } from "../../reader/read-error.ts";
import {
  type SaveResult,
  type SnapshotWriteOptions,
  saveSnapshot,
  saveTo,
  type UnreadValues,
} from "../../snapshot/write/save.ts";
import { StreamTarget } from "../../snapshot/write/target.ts";
import { wrongWords } from "../args/usage.ts";
import { type SelectedMaps, selectMaps } from "../maps/select-maps.ts";
import type { TypeSources } from "../maps/type-sources.ts";
import { packageVersion } from "../package/package-files.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";
import { asOutputFailure, isStdout, shortcoming, withoutLabel } from "./save/saving.ts";

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
    let missing = 0;
    const onMap = (map: MapSource, report: ReadReport, unread: UnreadValues): void => {
      if (!isWhole(map, report, unread, session)) missing += 1;
    };
    const options = {
      ...origin(selected, session),
      force: session.options.force,
      blocking: true,
      signal,
      unreadable,
      onMap,
    };
    const result = await (toStdout
      ? saveTo(new StreamTarget(session.context.stdout.write), false, selected.maps, options)
      : saveSnapshot(file, selected.maps, options));
    announce(file, result, session);
    if (session.style !== "plain" && !toStdout) jsonWriter(session).raw("null").end();
    return missing === 0 ? EXIT.ok : EXIT.incomplete;
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw asOutputFailure(error);
  }
}

/** The error for a map of which nothing can be read: no file, and bpftool's status for the same failure. */
function nothingRead(map: MapSource, report: ReadReport, { dialect }: Session): Error {
  const error = readError(map, report);
  if (error === undefined) return new Error(`${map.label} was read`);
  const message = `save ${map.label}: ${withoutLabel(error, map)}; nothing is saved`;
  const { code, details } = error;
  return new CommandError(code, message, { error: message }, { details, status: exitOfErrno(report.errno, dialect) });
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

/** Reports on stderr what is missing of a map. Returns false if that are entries or values of them. */
function isWhole(map: MapSource, read: ReadReport, unread: UnreadValues, { warn }: Session): boolean {
  const problem = shortcoming(map, read, unread);
  if (problem !== undefined) warn(`Warning: ${map.label}: saved in part: ${problem}`);
  const types = map.types();
  if (types.state === "unavailable") warn(`Warning: ${map.label}: saved without its types: ${types.reason}`);
  return problem === undefined;
}

/** On a terminal, says what was saved. */
function announce(file: string, { reports, entries, bytes }: SaveResult, { context, warn }: Session): void {
  if (!context.stderr.isTerminal) return;
  const what = reports.length === 1 ? "1 map" : `${reports.length} maps`;
  warn(`Saved ${what} with ${entries} entries in ${file} (${bytes} bytes)`);
}
