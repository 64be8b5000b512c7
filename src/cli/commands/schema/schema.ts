import { cText } from "../../../btf/c/c-text.ts";
import { replaceInvalid } from "../../../bytes.ts";
import type { EntryLayouts } from "../../../codec/access/entry-layouts.ts";
import { EbpfMapError } from "../../../errors.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { schemaText } from "../../../schema/file/schema-file.ts";
import { layoutTree } from "../../../schema/layout-tree.ts";
import { knownEntryLayouts } from "../../../sdk/types/map-layouts.ts";
import { entryRoots } from "../../../sdk/types/map-schema.ts";
import { wrongWords } from "../../args/usage.ts";
import { onlyMap, selectMaps } from "../../maps/select-maps.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { writeFile } from "../../result/write-file.ts";
import type { Session } from "../../session/session.ts";
import { mapFinder, typeSources, watchReads } from "../asked/maps.ts";
import { checkSchema } from "./check.ts";
import { unshownBytes } from "./padding.ts";

/** `schema show MAP`, `schema export MAP`, `schema check MAP FILE`. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const [verb, ...rest] = words;
  const count = verb === "check" ? 3 : 2;
  if (rest.length !== count || (verb !== "show" && verb !== "export" && verb !== "check"))
    throw wrongWords("schema", words);
  using selected = await selectMaps(rest, mapFinder(session), typeSources(session));
  const map = onlyMap(selected);
  const layouts = knownLayouts(map);
  if (verb === "check") return await checkSchema(map, layouts, rest[2] ?? "", session);
  if (verb === "export") return exportSchema(map, layouts, session);
  session.out.text(replaceInvalid(await shown(map, layouts, session)));
  await warnOfUnshown(map, layouts, session);
  return EXIT.ok;
}

function exportSchema(map: MapSource, layouts: EntryLayouts, { options, out }: Session): number {
  const text = schemaText(map.info.name, layouts);
  if (options.outputFile === undefined) out.text(text);
  else writeFile(options.outputFile, text);
  return EXIT.ok;
}

function knownLayouts(map: MapSource): EntryLayouts {
  const layouts = knownEntryLayouts(map, { tags: true });
  if (layouts !== undefined) return layouts;
  throw new EbpfMapError(
    "BTF_UNAVAILABLE",
    `describe ${map.label}: it has no types (--btf, --value-type or --schema give it some)`,
  );
}

async function shown(map: MapSource, layouts: EntryLayouts, session: Session): Promise<string> {
  const { format } = session.options;
  if (format === "c") return entryDeclarations(map);
  // What export writes, which --schema reads, has names without loss.
  if (format === "json") return schemaText(map.info.name, layouts, replaceInvalid);
  if (format === "arrow") {
    const { arrowSchemaText } = await import("./arrow.ts");
    return await arrowSchemaText(map, session);
  }
  const { key, value } = layouts;
  const head = `${"offset".padStart(8)} ${"size".padStart(8)}  ${"name".padEnd(25)} type\n`;
  return head + (key === undefined ? "" : layoutTree(key, "key")) + layoutTree(value, "value");
}

function entryDeclarations(map: MapSource): string {
  const types = map.types();
  if (types.state !== "known") return "";
  return cText(types.types, entryRoots(types));
}

/** Warns of keys that the kernel tells apart although all of their fields look the same. */
async function warnOfUnshown(map: MapSource, { key }: EntryLayouts, session: Session): Promise<void> {
  if (key === undefined) return;
  try {
    const { padded, hidden } = await unshownBytes(map, key, watchReads(session));
    const equal = "such keys differ though their fields are equal";
    if (padded > 0) session.warn(`Warning: ${map.label}: padding is not zero in ${padded} keys (${equal})`);
    const alike = "such keys differ though they look the same";
    const what = `${hidden.keys} keys have bytes behind the NUL of \`${hidden.path}\``;
    if (hidden.keys > 0) session.warn(`Warning: ${map.label}: ${what} (${alike})`);
  } catch (error) {
    // The layout itself is known without the entries.
    if (!(error instanceof EbpfMapError)) throw error;
    session.warn(`Note: bytes of keys that no field shows are not searched: ${error.message}`);
  }
}
