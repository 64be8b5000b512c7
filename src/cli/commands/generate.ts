import { readFileSync } from "node:fs";
import { generateTypeScript } from "../../codegen/generate.ts";
import type { Generated } from "../../codegen/opening-code.ts";
import { EbpfMapError } from "../../errors.ts";
import { declareType } from "../../schema/c/declaration.ts";
import { layoutFromBtf } from "../../schema/from-btf.ts";
import { withoutNewtypes } from "../../schema/newtypes.ts";
import { TypeTable } from "../../schema/type-table.ts";
import { readBtf } from "../../sdk/types/btf-file.ts";
import { knownEntryLayouts } from "../../sdk/types/map-layouts.ts";
import { wrongWords } from "../args/usage.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { EXIT } from "../result/exit-codes.ts";
import { fileFailure, writeFile } from "../result/write-file.ts";
import type { Session } from "../session/session.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";

/** The status of `--check` for a file that is out of date. */
const OUT_OF_DATE = 1;

/** `generate MAP`, or `generate` with types from flags: writes TypeScript to the file of `-o` or to stdout. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const { check, outputFile: file, valueType } = session.options;
  if (words.length !== 2 && !(words.length === 0 && valueType !== undefined)) throw wrongWords("generate", words);
  const text = generateTypeScript(words.length === 0 ? fromTypes(session) : await fromMap(words, session));
  if (file === undefined) session.out.text(text);
  else if (check) return compare(file, text, session);
  else writeFile(file, text);
  return EXIT.ok;
}

async function fromMap(words: readonly string[], session: Session): Promise<Generated> {
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  const map = onlyMap(selected);
  const layouts = knownEntryLayouts(map, { tags: true });
  if (layouts !== undefined)
    return { name: map.info.name || `map ${map.info.id}`, ...layouts, perCpu: map.shape.cpus > 0 };
  throw new EbpfMapError(
    "BTF_UNAVAILABLE",
    `generate a file for ${map.label}: it has no types (--btf, --value-type or --schema give it some)`,
  );
}

function fromTypes({ options: { btf, btfBase, keyType, valueType = "" } }: Session): Generated {
  const table = new TypeTable(btf === undefined ? undefined : readBtf(btf, btfBase));
  const key =
    keyType === undefined
      ? undefined
      : withoutNewtypes(layoutFromBtf(table, declareType(table, keyType), { tags: true }));
  const value = withoutNewtypes(layoutFromBtf(table, declareType(table, valueType), { tags: true }));
  return { name: value.typeName.replace(/^(struct|union|enum) /, "") || "map", key, value, perCpu: false };
}

function compare(file: string, text: string, session: Session): number {
  if (read(file) === text) return EXIT.ok;
  session.warn(`${file} is out of date (run the same command without --check)`);
  return OUT_OF_DATE;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw fileFailure("read", file, error);
  }
}
