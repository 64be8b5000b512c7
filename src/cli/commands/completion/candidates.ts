import { EbpfMapError } from "../../../errors.ts";
import type { ShownFact } from "../../../output/facts/fact-writer.ts";
import { MAP_FACTS } from "../../../output/list/list-facts.ts";
import { STATS_FACTS } from "../../../output/stats/stats-facts.ts";
import type { EntryTypes } from "../../../query/fields/path.ts";
import { EVENT_KEY } from "../../../stream/event-key.ts";
import { isPerf } from "../../../stream/open-source.ts";
import { isStream } from "../../../sys/map-types.ts";
import { COMMANDS, type CommandName } from "../../args/commands.ts";
import { shownFlags } from "../../args/flags.ts";
import { completions } from "../../args/help/completions.ts";
import { programFlags } from "../../args/help/reference.ts";
import { streamKernel } from "../../events/open.ts";
import { eventTypes } from "../../events/types.ts";
import { manualChapters } from "../../manual/chapters.ts";
import { withMapKeywords } from "../../maps/bare-maps.ts";
import { selectMaps } from "../../maps/select-maps.ts";
import { openQuery } from "../../rows/open-query.ts";
import type { Session } from "../../session/session.ts";
import { mapFinder, typeSources } from "../asked/maps.ts";
import { rowQuery } from "../asked/rows.ts";
import type { Candidate, Candidates } from "./candidate.ts";
import {
  completeAggregates,
  completeCondition,
  completeOrder,
  completePaths,
  completeRenderers,
  fieldCandidates,
} from "./field-candidates.ts";
import { bareMaps, namedMaps } from "./map-candidates.ts";
import { type Spot, spotOf } from "./spot.ts";

/** Returns the completions of the last word. `session` is of the words before it. */
export async function candidatesOf(argv: readonly string[], session: Session): Promise<Candidates> {
  const current = argv.at(-1) ?? "";
  const { spot, words } = spotOf(argv.slice(0, -1), current);
  try {
    const found = await candidatesAt(spot, current, words, session);
    return { ...found, candidates: found.candidates.filter(({ text }) => text.startsWith(current)) };
  } catch (error) {
    // What can't be looked up is not completed; the command itself will say why.
    if (!(error instanceof EbpfMapError)) throw error;
    return NOTHING;
  }
}

const NOTHING: Candidates = { candidates: [], files: false };

async function candidatesAt(
  spot: Spot,
  current: string,
  words: readonly string[],
  session: Session,
): Promise<Candidates> {
  switch (spot.kind) {
    case "command":
      return only((await completions([current])).map(commandCandidate));
    case "flag":
      return only(await flagCandidates(spot.command, current));
    case "value": {
      const text = current.slice(spot.before.length);
      const { candidates, files } = await valueCandidates(spot, text, words, session);
      return { files, candidates: candidates.map((one) => ({ ...one, text: spot.before + one.text })) };
    }
    case "map":
      return bareMaps(spot.command, current, session.kernel);
    case "named map":
      return namedMaps(spot.command, spot.by, session.kernel);
    case "words":
      return only(spot.words.map((text) => ({ text })));
    case "topic":
      return only(topics());
    case "file":
      return { candidates: [], files: true };
    case "nothing":
      return NOTHING;
  }
  return spot satisfies never;
}

function only(candidates: readonly Candidate[]): Candidates {
  return { candidates, files: false };
}

function commandCandidate(text: string): Candidate {
  const command = COMMANDS.find(({ name }) => name === text);
  return command === undefined ? { text } : { text, description: command.description };
}

async function flagCandidates(command: CommandName | undefined, current: string): Promise<Candidate[]> {
  const known = COMMANDS.find(({ name }) => name === command);
  const flags = known === undefined ? programFlags() : shownFlags(known);
  const found = await completions([...(command === undefined ? [] : [command]), current]);
  return found.map((text) => {
    const flag = flags.find(({ name }) => text === `--${name}`);
    return flag === undefined ? { text } : { text, description: flag.help };
  });
}

function topics(): Candidate[] {
  const commands = COMMANDS.map(({ name, description }) => ({ text: name, description }));
  const chapters = manualChapters().map(({ name, title }) => ({ text: name, description: title }));
  return [...commands, ...chapters];
}

async function valueCandidates(
  { flag, command }: Spot & { readonly kind: "value" },
  text: string,
  words: readonly string[],
  session: Session,
): Promise<Candidates> {
  const { choices, name } = flag.value;
  if (choices !== undefined) {
    const listed = choices.map((choice) => ({ text: choice }));
    return only(name === "TYPES" ? completePaths(text, listed) : listed);
  }
  if (name.startsWith("FILE")) return { candidates: [], files: true };
  const complete = FIELD_FLAGS.get(flag.name);
  if (complete === undefined || command === undefined) return NOTHING;
  const columns = COLUMNS.get(command);
  if (columns !== undefined) return only(complete(text, columns));
  // The name of a renderer needs no types.
  if (flag.name === "render" && text.slice(text.lastIndexOf(",") + 1).includes("=")) return only(complete(text, []));
  return only(complete(text, fieldCandidates(await typesOf(command, words, session))));
}

/** The columns of commands about maps, which are no fields of entries. */
const COLUMNS: ReadonlyMap<CommandName, readonly Candidate[]> = new Map([
  ["list", MAP_FACTS.map(columnCandidate)],
  ["stats", STATS_FACTS.map(columnCandidate)],
  ["top", STATS_FACTS.map(columnCandidate)],
]);

function columnCandidate({ name, title = "" }: Pick<ShownFact<never>, "name" | "title">): Candidate {
  return title === "" ? { text: name } : { text: name, description: title };
}

type Complete = (text: string, fields: readonly Candidate[]) => Candidate[];

const FIELD_FLAGS: ReadonlyMap<string, Complete> = new Map([
  ["select", completePaths],
  ["group-by", completePaths],
  ["sort", completeOrder],
  ["where", completeCondition],
  ["agg", completeAggregates],
  ["render", completeRenderers],
]);

/** Returns the types of the map that the words name. */
async function typesOf(command: CommandName, words: readonly string[], session: Session): Promise<EntryTypes> {
  const quiet: Session = { ...session, warn: () => undefined };
  const full = withMapKeywords(command, words);
  const named = command === "schema" ? full.slice(1, 3) : full.slice(0, 2);
  using selected = await selectMaps(named, mapFinder(quiet), typeSources(quiet));
  const [map] = selected.maps;
  if (!isStream(map.info.type)) {
    return (await openQuery(map, { ...rowQuery(quiet), spec: {}, renderers: "none" })).entryTypes;
  }
  const types = eventTypes(session.options, map.info.id, session.kernel, await streamKernel());
  const [type] = types.all;
  if (type === undefined) throw new EbpfMapError("TYPE_INVALID", "events have no fields without --type");
  return { key: isPerf(map) ? EVENT_KEY : undefined, value: type.layout, untyped: undefined };
}
