import { jsonPipe, plainPipe } from "../../output/events/pipe-events.ts";
import { eventBatches } from "../../stream/batches.ts";
import { checkAttach } from "../../stream/open-source.ts";
import type { PerfSourceOptions } from "../../stream/perf/perf-source.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { isPrefix } from "../args/abbreviation.ts";
import { strtoul } from "../args/strtoul.ts";
import { wrongWords } from "../args/usage.ts";
import { openPipe, streamKernel } from "../events/open.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "../session/session.ts";
import { mapFinder } from "./asked/maps.ts";

/** `event_pipe MAP [cpu N index M]`: prints the events of a perf event array like bpftool, until a signal ends it. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length < 2) throw wrongWords("event_pipe", words);
  using selected = await selectMaps(words, mapFinder(session), undefined);
  const map = onlyMap(selected);
  if (map.info.type !== BPF_MAP_TYPE.PERF_EVENT_ARRAY) {
    throw answer(`${map.label} is not a perf event array`, "map is not a perf event array");
  }
  const slots = parseSlots(words.slice(2), session.dialect.readsBinaryNumbers);
  checkAttach(map, session.options.attach, "--attach");
  using interruption = session.context.interruption();
  using source = openPipe(await streamKernel(), map, selected, slots);
  const printer = session.style === "plain" ? plainPipe(session.out) : jsonPipe(jsonWriter(session));
  const index = slots === "online" ? undefined : slots.index;
  for await (const batch of eventBatches(source, interruption.signal)) {
    for (let i = 0; i < batch.count; i++) printer.print(batch, i, index);
    await session.flush();
  }
  session.warn("Stopping...");
  printer.end();
  return EXIT.ok;
}

/** Parses `cpu N` and `index M`, in any order and abbreviated, or neither. */
function parseSlots(words: readonly string[], binary: boolean): PerfSourceOptions["slots"] {
  let [cpu, index] = [-1, -1];
  for (let i = 0; i < words.length; i += 2) {
    const [word = "", text] = words.slice(i);
    if (text === undefined || !(isPrefix(word, "cpu") || isPrefix(word, "index"))) {
      throw answer(`expected cpu N index M, got '${word}'`, `what is '${word}'?`);
    }
    if (isPrefix(word, "cpu")) cpu = parseNumber(text, "CPU ID", binary);
    else index = parseNumber(text, "index", binary);
  }
  if (words.length === 0) return "online";
  if (cpu >= 0 && index >= 0) return { cpu, index };
  throw answer("cpu and index must be specified together", "cpu and index must be specified together");
}

/** Parses a number as C reads it into an int. */
function parseNumber(text: string, what: string, binary: boolean): number {
  const value = strtoul(text, 0, binary);
  if (value === undefined) throw answer(`can't parse ${text} as ${what}`, `can't parse ${text} as ${what}`);
  return Number(BigInt.asIntN(32, value));
}

function answer(message: string, error: string): CommandError {
  return new CommandError("USAGE", message, { error });
}
