import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { allMaps } from "../../reader/find.ts";
import { ENOENT } from "../../sys/errno.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { fileMeant } from "./bare-maps.ts";
import type { Selection } from "./map-words.ts";

/** The number of names that are listed if none is similar. */
const TOLD = 5;

/** Returns a hint for a name that no map has: a file, similar names, or names that contain it. */
export function nearNames(kernel: Kernel, name: string): string {
  const file = fileMeant(name);
  if (file !== "") return file;
  const names = new Set<string>();
  for (const map of allMaps(kernel)) {
    names.add(map.info.name);
    map[Symbol.dispose]();
  }
  names.delete("");
  return didYouMean(name, [...names]) ?? " (list shows all)";
}

/** Adds a hint to a failure to open a map. */
export function withHint(error: unknown, selection: Selection): unknown {
  if (!(error instanceof EbpfMapError) || error.details.errno !== ENOENT) return error;
  const hint = hintFor(selection);
  return hint === "" ? error : new EbpfMapError(error.code, error.message + hint, error.details, error);
}

function hintFor(selection: Selection): string {
  if (selection.by === "id") return " (list shows all maps)";
  if (selection.by !== "pinned") return "";
  const folder = dirname(selection.path);
  const pins = entriesOf(folder);
  if (pins === undefined) return " (list -f shows where maps are pinned)";
  const meant = didYouMean(basename(selection.path), pins, (pin) => join(folder, pin));
  if (meant !== undefined) return meant;
  if (pins.length === 0) return ` (${folder} is empty; list -f shows where maps are pinned)`;
  const more = pins.length > TOLD ? ` and ${pins.length - TOLD} more` : "";
  return ` (${folder} has ${pins.slice(0, TOLD).join(", ")}${more})`;
}

function didYouMean(word: string, words: readonly string[], show = (one: string): string => one): string | undefined {
  const near = nearest(word, words);
  const alike = near === undefined ? words.filter((one) => word !== "" && one.includes(word)) : [near];
  if (alike.length === 0 || alike.length > TOLD) return undefined;
  return `; did you mean ${alike.map((one) => `'${show(one)}'`).join(" or ")}?`;
}

function entriesOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
