import { findMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { isStream } from "../../sys/map-types.ts";
import { CommandError } from "../result/command-error.ts";
import type { Session } from "../session/session.ts";
import { openFailure } from "./bpftool-answers.ts";
import { configPath, hasSchemas } from "./config-path.ts";
import { parseMapWords, type Selection } from "./map-words.ts";
import { nearNames, withHint } from "./near-maps.ts";

/** Maps that a command has opened, in the order in which it shows them. At least one; disposed of together. */
export interface SelectedMaps extends Disposable {
  readonly maps: readonly [MapSource, ...MapSource[]];
  readonly selection: Selection;
}

/**
 * Opens the maps that the first two words name: one, or all of a name or in a file; with other types than their own where
 * options or the configuration say so, unless only the own ones are wanted. Throws a CommandError with bpftool's answer
 * where there are none.
 */
export async function selectMaps(
  words: readonly string[],
  session: Session,
  types: "own" | "given" = "given",
): Promise<SelectedMaps> {
  const selection = parseMapWords(words[0] ?? "", words[1] ?? "", session.dialect, session.warn);
  const opened = await openMaps(selection, session);
  const [first, ...others] = types === "own" ? opened : await typedOrClosed(opened, session);
  if (first === undefined) throw noneOf(selection, session.kernel);
  const maps = [first, ...others] as const;
  return {
    maps: [first, ...others],
    selection,
    [Symbol.dispose]() {
      for (const map of maps) map[Symbol.dispose]();
    },
  };
}

async function typedOrClosed(maps: readonly MapSource[], session: Session): Promise<readonly MapSource[]> {
  try {
    return await typedMaps(maps, session);
  } catch (error) {
    for (const map of maps) map[Symbol.dispose]();
    throw error;
  }
}

/** With the types that options or the configuration give them. The types of events are those commands' own business. */
async function typedMaps(maps: readonly MapSource[], session: Session): Promise<readonly MapSource[]> {
  const { btf, keyType: key, valueType: value, schema } = session.options;
  if ((btf ?? key ?? value ?? schema) === undefined) return withConfiguredSchemas(maps, session);
  const { withGivenTypes } = await import("../../sdk/types/given-types.ts");
  const given = { btf, key, value, schema, kernelRelease: session.context.origin().kernel };
  const typed = maps.map((map) => (isStream(map.info.type) ? map : withGivenTypes(map, given)));
  for (const map of typed) warnOfTypes(map, session);
  if (schema === undefined) return typed;
  for (const map of typed.filter(isBare)) session.warn(`Note: ${schema} has no layout for ${map.label} on this kernel`);
  return withConfiguredSchemas(typed, session);
}

function warnOfTypes(map: MapSource, session: Session): void {
  const types = map.types();
  if (types.state === "known" && types.note !== undefined) session.warn(`Note: ${map.label}: ${types.note}`);
}

/** Where maps have no types of their own, and somebody has put schema files into the configuration. */
async function withConfiguredSchemas(maps: readonly MapSource[], session: Session): Promise<readonly MapSource[]> {
  const { options, context } = session;
  if (configPath(options.config, context.env) === undefined && !hasSchemas(context.env)) return maps;
  if (!maps.some(isBare)) return maps;
  const { withConfiguredSchema } = await import("./configured-schemas.ts");
  return maps.map((map) => (isBare(map) ? withConfiguredSchema(map, session) : map));
}

/** Nothing is known of its entries, if it has any. */
function isBare(map: MapSource): boolean {
  return !isStream(map.info.type) && map.types().state !== "known";
}

/** The only map of a selection. Throws AMBIGUOUS_MAP where there are several. */
export function onlyMap({ maps, selection }: SelectedMaps): MapSource {
  const [first, ...others] = maps;
  if (others.length === 0) return first;
  const ids = maps.map(({ info }) => info.id);
  const message =
    selection.by === "name"
      ? `${maps.length} maps match the name '${selection.name}': choose one by id (${ids.join(", ")})`
      : `there are ${maps.length} maps in this file, and only dump without -o, or with -o table, shows several`;
  throw new CommandError("AMBIGUOUS_MAP", message, { error: "several maps match this handle" }, { details: { ids } });
}

async function openMaps(selection: Selection, session: Session): Promise<readonly MapSource[]> {
  if (selection.by === "file") {
    const { openSnapshot } = await import("../../snapshot/read/load.ts");
    return openSnapshot(selection.path);
  }
  try {
    return findMaps(session.kernel, selection);
  } catch (error) {
    throw openFailure(withHint(error, selection), selection, session.dialect);
  }
}

/** bpftool fails in silence where no map has the name. */
function noneOf(selection: Selection, kernel: Kernel): CommandError {
  if (selection.by === "name") {
    const { name } = selection;
    return new CommandError("NO_SUCH_MAP", `no map has the name '${name}'${nearNames(kernel, name)}`, "nothing");
  }
  return new CommandError("SNAPSHOT_INVALID", "there is no map in this file", {
    error: "there is no map in this file",
  });
}
