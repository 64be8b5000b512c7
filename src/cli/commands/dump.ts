import type { Program } from "../../codec/text/program.ts";
import { disassembly } from "../../codec/text/program-text.ts";
import { dumpMaps } from "../../output/bpftool/dump.ts";
import { isRingBuffer } from "../../sys/map-types.ts";
import { wrongWords } from "../args/usage.ts";
import { type SelectedMaps, selectMaps } from "../maps/select-maps.ts";
import { expectFewEntries } from "../reads/expect-few-entries.ts";
import { usage } from "../result/command-error.ts";
import { EXIT, exitOfErrno } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources, watchReads } from "./asked/maps.ts";

/** `dump MAP`: exactly one MAP, which may be several maps of a name. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("dump", words);
  if (session.options.watch) {
    const { run: watch } = await import("./watch.ts");
    return await watch(words, session);
  }
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  expectFewEntries(selected.maps);
  if (!asksForRows(session)) return await dumpAsBpftool(selected, session);
  if (isRingBuffer(selected.maps[0].info.type) && selected.selection.by !== "file") {
    if (session.options.to !== undefined) throw usage("--to is for the entries of maps: a shell's > takes events");
    const { dumpPendingEvents } = await import("./dump-events.ts");
    return await dumpPendingEvents(selected, session);
  }
  const { dumpInOurFormat } = await import("./dump-rows.ts");
  return await dumpInOurFormat(selected, session);
}

/** With --debug, the programs of the text engine are shown. */
function showProgram({ options, warn }: Session): ((program: Program) => void) | undefined {
  return options.debug ? (program) => warn(disassembly(program)) : undefined;
}

/** Rows are printed if a flag asks for them, and on a terminal. */
function asksForRows({ options, rowFlags, context, style }: Session): boolean {
  if (rowFlags.length > 0) return true;
  return context.stdout.isTerminal && style === "plain" && options.compat === undefined;
}

async function dumpAsBpftool({ maps }: SelectedMaps, session: Session): Promise<number> {
  const { style, dialect, warn, out, options } = session;
  const reads = watchReads(session);
  const { errno } = await dumpMaps(
    maps,
    { style, dialect, warn, observer: reads.observer, showProgram: showProgram(session) },
    out,
  );
  if (!reads.complete && errno === 0 && options.compat === undefined) return EXIT.incomplete;
  return exitOfErrno(errno, dialect);
}
