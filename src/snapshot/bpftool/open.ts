import { btfFromJson, printedTypes } from "../../btf/from-json.ts";
import { parseBtf } from "../../btf/parse.ts";
import type { MapTypes } from "../../reader/map-source.ts";
import { Malformed } from "../malformed.ts";
import type { SnapshotFile } from "../read/snapshot-file.ts";
import { type Documents, findDocuments } from "./documents.ts";
import { invalidOutput } from "./printed-entries.ts";
import { factsOfMaps, PrintedSource } from "./printed-source.ts";

/** The maps in what bpftool has printed, and what else it says. */
export interface PrintedMaps {
  readonly maps: PrintedSource[];
  /** The errors that bpftool reports. */
  readonly errors: readonly string[];
}

/**
 * Opens what `bpftool -j map dump` has printed, with what `map show` and `btf dump` say beside it, in any order: each
 * map is to be disposed. Throws SNAPSHOT_INVALID for what is no output of bpftool, and for its errors without a map.
 */
export async function openPrinted(file: SnapshotFile): Promise<PrintedMaps> {
  const documents = await documentsIn(file);
  const types = typesIn(documents, file.path);
  const facts = factsOfMaps(documents);
  const time = new Date(file.modified).toISOString();
  const maps = documents.maps.map(
    (map, i) => new PrintedSource(file, map, { facts: facts[i], time, types: types.known, looseBtf: types.loose }),
  );
  if (maps.length > 0) return { maps, errors: documents.errors };
  const [error] = documents.errors;
  if (error !== undefined) throw invalidOutput(file.path, `bpftool failed: ${error}`);
  throw invalidOutput(file.path, nothingIn(documents));
}

async function documentsIn(file: SnapshotFile): Promise<Documents> {
  try {
    return await findDocuments(file);
  } catch (error) {
    throw error instanceof Malformed ? invalidOutput(file.path, error.message) : error;
  }
}

function nothingIn({ shown, types }: Documents): string {
  if (shown.length > 0) return "it lists maps, and has no entries (bpftool -j map dump prints them)";
  if (types.length > 0) return "it has types, and no map (--btf takes them)";
  return "there is no map in it (bpftool prints an empty line where no map has the name)";
}

/** The types that a text contains. */
interface PrintedTypes {
  /** The types of its only map. */
  readonly known: MapTypes;
  /** BTF of which nothing says which types are a map's. */
  readonly loose: Uint8Array | undefined;
}

/** The types that `btf dump map id N kv` names, from `btf dump map id N`; without the former, the BTF alone. */
function typesIn({ types, maps }: Documents, path: string): PrintedTypes {
  const what = `the output of bpftool btf dump in ${path}`;
  const lists = types.map((text) => ({ text, ids: printedTypes(text, what).map(({ id }) => Number(id)) }));
  const whole = lists.find(({ ids }) => ids.length > 2 || lists.length === 1);
  if (whole === undefined) return { known: { state: "none" }, loose: undefined };
  const bytes = btfFromJson(whole.text, what);
  const [first, second] = lists.find((list) => list !== whole)?.ids ?? [];
  if (first === undefined || maps.length !== 1) return { known: { state: "none" }, loose: bytes };
  const btf = parseBtf(bytes, { what });
  const ids = { keyTypeId: second === undefined ? 0 : first, valueTypeId: second ?? first };
  return { known: { state: "known", types: btf, ...ids }, loose: undefined };
}
