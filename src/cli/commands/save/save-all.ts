import type { ReadReport } from "../../../reader/entries.ts";
import { allMapsThatAre } from "../../../reader/find.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { readError, valuesError } from "../../../reader/read-error.ts";
import { type SnapshotWriteOptions, saveSnapshot, saveTo, type UnreadValues } from "../../../snapshot/write/save.ts";
import { StreamTarget } from "../../../snapshot/write/target.ts";
import type { Kernel } from "../../../sys/kernel.ts";
import { wrongWords } from "../../args/usage.ts";
import { openFailure } from "../../maps/bpftool-answers.ts";
import { packageVersion } from "../../package/package-files.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { jsonWriter, type Session } from "../../session/session.ts";
import { asOutputFailure, isStdout, shortcoming } from "./saving.ts";

/**
 * `save --all FILE`: writes every map of this kernel to one snapshot. What can't be read is in the file as a map with
 * an error, and named on stderr; then the status is 3. A map that never has entries to read, a ring buffer for
 * instance, is described, and that is no error.
 */
export async function saveAll(words: readonly string[], session: Session): Promise<number> {
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) throw wrongWords("save", [...words, "--all"]);
  const toStdout = isStdout(file, session);
  const losses = new Losses(session.warn);
  using interruption = session.context.interruption();
  const options: SnapshotWriteOptions = {
    ...session.context.origin(),
    tool: `ebpf-map ${packageVersion()}`,
    force: session.options.force,
    blocking: true,
    signal: interruption.signal,
    onProblem: (map, problem) => losses.add(map, problem),
    onMap: (map, report, unread) => losses.see(map, report, unread),
  };
  try {
    const maps = oneByOne(session);
    const { entries, bytes, reports } = await (toStdout
      ? saveTo(new StreamTarget(session.context.stdout.write), false, maps, options)
      : saveSnapshot(file, maps, options));
    if (session.context.stderr.isTerminal) {
      const lost = losses.maps.size === 0 ? "" : `, ${losses.maps.size} of them in part or not at all`;
      session.warn(`Saved ${reports.length} maps with ${entries} entries in ${file} (${bytes} bytes)${lost}`);
    }
    if (session.style !== "plain" && !toStdout) jsonWriter(session).raw("null").end();
    return losses.maps.size === 0 ? EXIT.ok : EXIT.incomplete;
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw asOutputFailure(error);
  }
}

/** All maps, of which one at a time is open. */
function* oneByOne({ kernel, dialect }: { kernel: Kernel; dialect: Session["dialect"] }): Generator<MapSource> {
  try {
    for (const map of allMapsThatAre(kernel)) {
      using open = map;
      yield open;
    }
  } catch (error) {
    throw openFailure(error, "all", dialect);
  }
}

/** The maps of which something is missing, each told on stderr. */
class Losses {
  readonly maps: Set<number> = new Set();
  readonly #warn: (line: string) => void;

  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  add({ info, label }: MapSource, problem: string): void {
    this.maps.add(info.id);
    this.#warn(`Warning: ${label}: ${problem}`);
  }

  see(map: MapSource, report: ReadReport, unread: UnreadValues): void {
    const problem = shortcoming(map, report, unread);
    if (problem !== undefined && !isHiddenByKernel(map, report, unread)) this.add(map, `saved in part: ${problem}`);
    const types = map.types();
    if (types.state === "unavailable" && !this.maps.has(map.info.id))
      this.add(map, `saved without its types: ${types.reason}`);
  }
}

/** Tells of a map whose entries nobody can list, or whose values nobody can look up. */
function isHiddenByKernel(map: MapSource, report: ReadReport, { errno }: UnreadValues): boolean {
  const error = readError(map, report) ?? valuesError(map, errno);
  return error.code === "NOT_READABLE";
}
