import { type ShownFact, writeFacts } from "../../../output/facts/fact-writer.ts";
import type { FactFormat } from "../../../output/facts/formats.ts";
import { type ListFacts, MAP_FACTS, OWNER_COLUMNS, PIN_COLUMN, usualFacts } from "../../../output/list/list-facts.ts";
import { factFilter } from "../../../query/facts/fact-filter.ts";
import { factOrder, selectedFacts } from "../../../query/facts/fact-order.ts";
import { type FactsOf, factsOfAll, lookAtMaps } from "../../../sdk/maps/look-at-maps.ts";
import { mapTypeName } from "../../../sys/map-types.ts";
import { openFailure } from "../../maps/bpftool-answers.ts";
import { FdinfoNote } from "../../maps/fdinfo-note.ts";
import { selectMaps } from "../../maps/select-maps.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { screenOf } from "../../session/screen.ts";
import type { Session } from "../../session/session.ts";
import { mapFinder } from "../asked/maps.ts";

/** The list that the flags ask for. */
interface ListPlan {
  readonly format: FactFormat;
  readonly keeps: (row: ListFacts) => boolean;
  readonly compare: ((a: ListFacts, b: ListFacts) => number) | undefined;
  readonly columns: readonly ShownFact<ListFacts>[];
  readonly needsOwners: boolean;
  readonly needsPins: boolean;
}

/** `list [MAP]` with flags of rows: prints maps as rows of our own formats. */
export async function listRows(words: readonly string[], session: Session): Promise<number> {
  const { options, out } = session;
  const plan = listPlan(session);
  const facts = await readFacts(words, plan, session);
  let rows = facts.filter(plan.keeps);
  if (plan.compare !== undefined) rows.sort(plan.compare);
  if (options.listTop !== undefined) rows = rows.slice(0, options.listTop);
  const { isTerminal, width, color } = screenOf(session);
  const isMarked = (row: number): boolean => rows[row]?.owners?.isOrphaned === true;
  const style = { format: plan.format, isTerminal, width, color, csvSafe: options.csvSafe, isMarked };
  await writeFacts(rows, plan.columns, out, style);
  return rows.length === 0 && options.failEmpty ? EXIT.empty : EXIT.ok;
}

function listPlan({ options, style, context }: Session): ListPlan {
  const { listWhere, listSort, listSelect, listOutput, mapType } = options;
  const format = listOutput ?? (style !== "plain" ? "json" : context.stdout.isTerminal ? "table" : "ndjson");
  const filter = listWhere && factFilter(listWhere, MAP_FACTS);
  const order = listSort && factOrder(listSort, MAP_FACTS);
  const selected = listSelect && selectedFacts(listSelect, MAP_FACTS);
  const named = new Set([
    ...(filter?.names ?? []),
    ...(order?.names ?? []),
    ...(selected?.map(({ name }) => name) ?? []),
  ]);
  const needsOwners = options.owners || [...named].some((name) => OWNER_COLUMNS.has(name));
  const needsPins = needsOwners || options.bpffs || named.has(PIN_COLUMN);
  const family = format === "table" || format === "csv" ? format : "objects";
  const types: readonly (string | undefined)[] | undefined = mapType;
  return {
    format,
    keeps: (row) => (types?.includes(mapTypeName(row.info.type)) ?? true) && (filter?.keeps(row) ?? true),
    compare: order?.compare,
    columns: selected ?? usualFacts(family, { pins: needsPins, owners: needsOwners }),
    needsOwners,
    needsPins,
  };
}

/** Looks at the maps. */
async function readFacts(words: readonly string[], plan: ListPlan, session: Session): Promise<ListFacts[]> {
  // A snapshot may come from another machine, whose programs and processes are unknown here.
  const isSnapshot = words[0]?.startsWith("f") ?? false;
  if (isSnapshot && plan.needsOwners) session.warn("Note: a snapshot tells nothing of owners and pins");
  const factsOf = await look(plan, isSnapshot, session);
  if (words.length > 0) {
    using selected = await selectMaps(words, mapFinder(session), undefined);
    return selected.maps.map(factsOf);
  }
  try {
    return [...factsOfAll(session.kernel, factsOf)];
  } catch (error) {
    throw openFailure(error, "all", session.dialect);
  }
}

async function look(plan: ListPlan, isSnapshot: boolean, { kernel, context, warn }: Session): Promise<FactsOf> {
  const [owners, pins] = [plan.needsOwners && !isSnapshot, plan.needsPins && !isSnapshot];
  const factsOf = await lookAtMaps(
    { kernel, objects: context.objects, self: context.pid },
    {
      owners,
      pins: pins ? "wanted" : "unasked",
      onGap: ({ reason }) => warn(`Warning: owners may be missing: ${reason}`),
      onNoPins: ({ message }) => owners || warn(`Note: ${message}`),
    },
  );
  const fdinfoNote = new FdinfoNote(warn);
  return (map) => {
    fdinfoNote.look(map);
    const facts = factsOf(map);
    return pins ? { ...facts, pins: facts.pins ?? [] } : facts;
  };
}
