import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { findMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { CommandError } from "../result/command-error.ts";
import { openFailure } from "./bpftool-answers.ts";
import { parseMapWords, type Selection } from "./map-words.ts";
import { fileAndMap, mapsOfFile } from "./maps-of-file.ts";
import { nearNames, withHint } from "./near-maps.ts";
import { type TypeSources, withTypeSources } from "./type-sources.ts";

/** Maps that a command has opened, in display order. There is at least one; they are disposed of together. */
export interface SelectedMaps extends Disposable {
  readonly maps: readonly [MapSource, ...MapSource[]];
  readonly selection: Selection;
}

/** The kernel that maps are found in, the dialect of the words, and the sink for warnings about them. */
export interface MapFinder {
  /** Opens stdin, which the words `file -` name. Throws USAGE where that can't be. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly kernel: Kernel;
  readonly dialect: Dialect;
  readonly warn: (line: string) => void;
}

/**
 * Opens the maps that the first two words name: one, or all of a name or in a file. They get types from `types`, if
 * given. Throws a CommandError with bpftool's answer if there are none.
 */
export async function selectMaps(
  words: readonly string[],
  finder: MapFinder,
  types: TypeSources | undefined,
): Promise<SelectedMaps> {
  const selection = parseMapWords(words[0] ?? "", words[1] ?? "", finder.dialect, finder.warn);
  const opened = await openMaps(selection, finder);
  const [first, ...others] = types === undefined ? opened : await typedOrClosed(opened, types);
  if (first === undefined) throw noneOf(selection, finder.kernel);
  const maps = [first, ...others] as const;
  return {
    maps,
    selection,
    [Symbol.dispose]() {
      for (const map of maps) map[Symbol.dispose]();
    },
  };
}

async function typedOrClosed(maps: readonly MapSource[], types: TypeSources): Promise<readonly MapSource[]> {
  try {
    return await withTypeSources(maps, types);
  } catch (error) {
    for (const map of maps) map[Symbol.dispose]();
    throw error;
  }
}

/** Returns the only map of a selection. Throws AMBIGUOUS_MAP if there are several. */
export function onlyMap({ maps, selection }: SelectedMaps): MapSource {
  const [first, ...others] = maps;
  if (others.length === 0) return first;
  const ids = maps.map(({ info }) => info.id);
  const details = selection.by === "name" ? { ids, name: selection.name } : { ids };
  const message =
    selection.by === "name"
      ? `${maps.length} maps match the name '${selection.name}': choose one by id (${ids.join(", ")})`
      : `there are ${maps.length} maps in this file: choose one by name or id (file FILE:NAME)\n${described(maps)}`;
  throw new CommandError("AMBIGUOUS_MAP", message, { error: "several maps match this handle" }, { details });
}

/** The most maps of a file that are described. */
const MOST_DESCRIBED = 10;

/** Returns a line for each map, so that one can be chosen: id, name, type, sizes. */
function described(maps: readonly MapSource[]): string {
  const lines = maps.slice(0, MOST_DESCRIBED).map(({ info }) => {
    const type = mapTypeName(info.type) ?? `type ${info.type}`;
    return `  id ${info.id}  ${info.name}  ${type}  key ${info.keySize}B  value ${info.valueSize}B  max_entries ${info.maxEntries}`;
  });
  const left = maps.length - lines.length;
  if (left > 0) lines.push(`  … and ${left} more`);
  return lines.join("\n");
}

async function openMaps(
  selection: Selection,
  { kernel, dialect, stdin, warn }: MapFinder,
): Promise<readonly MapSource[]> {
  if (selection.by === "file") {
    const { openMapFile } = await import("../../snapshot/read/open-map-file.ts");
    const { path, chosen } = fileAndMap(selection.path);
    const { maps, notes } = await openMapFile(path, stdin);
    for (const note of notes) warn(`Warning: ${path}: ${note}`);
    return chosen === undefined ? maps : mapsOfFile(maps, chosen, path);
  }
  try {
    return findMaps(kernel, selection);
  } catch (error) {
    throw openFailure(withHint(error, selection), selection, dialect);
  }
}

/** Returns the error for an empty selection. bpftool prints nothing if no map has the name. */
function noneOf(selection: Selection, kernel: Kernel): CommandError {
  if (selection.by === "name") {
    const { name } = selection;
    return new CommandError("NO_SUCH_MAP", `no map has the name '${name}'${nearNames(kernel, name)}`, "nothing");
  }
  return new CommandError("SNAPSHOT_INVALID", "there is no map in this file", {
    error: "there is no map in this file",
  });
}
