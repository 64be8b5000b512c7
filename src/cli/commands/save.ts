import { EbpfMapError } from "../../errors.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { SnapshotMap } from "../../snapshot/read/load.ts";
import { type SaveOptions, type SaveResult, saveSnapshot } from "../../snapshot/write/save.ts";
import { errnoText } from "../../sys/errno.ts";
import { wrongWords } from "../args/usage.ts";
import { type SelectedMaps, selectMaps } from "../maps/select-maps.ts";
import { packageVersion } from "../package-files.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "../session/session.ts";

/** `save MAP FILE`: a signal ends it with nothing left behind. As bpftool's commands without output, `null` in JSON. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const file = words[2];
  if (words.length !== 3 || file === undefined) throw wrongWords("save", words);
  using selected = await selectMaps(words, session, "own");
  using interruption = session.context.interruption();
  try {
    const options = { ...origin(selected, session), force: session.options.force, signal: interruption.signal };
    tell(file, selected.maps, await saveSnapshot(file, selected.maps, options), session);
    if (session.style !== "plain") jsonWriter(session).raw("null").end();
    return EXIT.ok;
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw fileFailure(error);
  }
}

/** Where the entries come from: this machine now, or wherever the snapshot that is saved again was taken. */
function origin({ maps: [first], selection }: SelectedMaps, { context }: Session): Omit<SaveOptions, "force"> {
  const tool = `ebpf-map ${packageVersion()}`;
  if (selection.by !== "file") return { tool, ...context.origin() };
  const { header } = first as SnapshotMap;
  return { ...header, tool, now: new Date(header.time) };
}

function tell(file: string, maps: readonly MapSource[], result: SaveResult, { context, warn }: Session): void {
  maps.forEach((map, i) => {
    const report = result.reports[i];
    if (report !== undefined && !report.complete) warn(`Warning: ${map.label}: ${shortcoming(report)}`);
    const types = map.types();
    if (types.state === "unavailable") warn(`Warning: ${map.label}: saved without its types: ${types.reason}`);
  });
  if (!context.stderr.isTerminal) return;
  const what = maps.length === 1 ? "1 map" : `${maps.length} maps`;
  warn(`Saved ${what} with ${result.entries} entries in ${file} (${result.bytes} bytes)`);
}

function shortcoming({ errno }: ReadReport): string {
  if (errno !== 0) return `its entries can't be read to the end: ${errnoText(errno).toLowerCase()}`;
  return "it changed while it was read, so entries may be missing";
}

/** bpftool has no such command; of the statuses, this is the one for what can't be written. */
function fileFailure(error: unknown): unknown {
  if (!(error instanceof EbpfMapError) || error.code !== "FILE") return error;
  const { code, message, details } = error;
  return new CommandError(code, message, { error: message }, { details, cause: error, status: EXIT.output });
}
