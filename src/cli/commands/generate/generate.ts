import { readFileSync } from "node:fs";
import { generateFile, generateTypeScript } from "../../../codegen/generate.ts";
import type { EventForm, GeneratedMap } from "../../../codegen/generated.ts";
import { EbpfMapError } from "../../../errors.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { declareType } from "../../../schema/c/declaration.ts";
import { layoutFromBtf } from "../../../schema/from-btf.ts";
import type { Layout } from "../../../schema/layout.ts";
import { withoutNewtypes } from "../../../schema/newtypes.ts";
import { TypeTable } from "../../../schema/type-table.ts";
import { readBtf } from "../../../sdk/types/btf-file.ts";
import { knownEntryLayouts } from "../../../sdk/types/map-layouts.ts";
import { isPerf } from "../../../stream/open-source.ts";
import { typesOfBtf, typesOfPrograms } from "../../../stream/type-library.ts";
import { isStream } from "../../../sys/map-types.ts";
import { wrongWords } from "../../args/usage.ts";
import { streamKernel } from "../../events/open.ts";
import { askedTypes } from "../../events/types.ts";
import { onlyMap, selectMaps } from "../../maps/select-maps.ts";
import { usage } from "../../result/command-error.ts";
import { EXIT } from "../../result/exit-codes.ts";
import { fileFailure, writeFile } from "../../result/write-file.ts";
import type { Session } from "../../session/session.ts";
import { mapFinder, typeSources } from "../asked/maps.ts";
import { askedForm, keptForm, keptTypes } from "./event-forms.ts";
import { generatedObject } from "./object-file.ts";

/** The status of `--check` for a file that is out of date. */
const OUT_OF_DATE = 1;

/**
 * `generate MAP`, or `generate` with types from flags or for a whole object file: writes TypeScript to the file of `-o`
 * or to stdout.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const { check, outputFile: file, valueType, all } = session.options;
  const isFlags = words.length === 0 && (all || valueType !== undefined);
  if (words.length !== 2 && !isFlags) throw wrongWords("generate", words);
  const text = all ? fromObject(words, session) : isFlags ? fromTypes(session) : await fromMap(words, session);
  if (file === undefined) session.out.text(text);
  else if (check) return compare(file, text, session);
  else writeFile(file, text);
  return EXIT.ok;
}

function fromObject(words: readonly string[], { options }: Session): string {
  if (words.length > 0) throw usage("--all is for an object file (--btf FILE), not for a map");
  const { btf = "", btfBase } = options;
  const types = readBtf(btf, btfBase);
  const asked = askedTypes(options, typesOfBtf(types, btf));
  return generateFile(generatedObject(types, btf, asked && askedForm(asked)));
}

async function fromMap(words: readonly string[], session: Session): Promise<string> {
  using selected = await selectMaps(words, mapFinder(session), typeSourcesOf(session));
  const map = onlyMap(selected);
  const name = map.info.name || `map ${map.info.id}`;
  if (isStream(map.info.type)) {
    const stream = { name, perf: isPerf(map), events: await eventForm(map, session) };
    return generateFile({ name, maps: [], streams: [stream], leftOut: [] });
  }
  if (session.options.type !== undefined || session.options.types !== undefined) {
    throw usage(`--type and --types are for streams of events, ${map.label} is none (--value-type names a type)`);
  }
  const layouts = knownEntryLayouts(map, { tags: true });
  if (layouts !== undefined) return generateTypeScript({ name, ...layouts, perCpu: map.shape.cpus > 0 });
  throw new EbpfMapError(
    "BTF_UNAVAILABLE",
    `generate a file for ${map.label}: it has no types (--btf, --value-type or --schema give it some)`,
  );
}

/** `--btf` has the types of events where those are named; it declares no entries of a stream. */
function typeSourcesOf(session: Session): ReturnType<typeof typeSources> {
  const sources = typeSources(session);
  if (session.options.type === undefined && session.options.types === undefined) return sources;
  return { ...sources, given: { ...sources.given, btf: undefined, btfBase: undefined } };
}

async function eventForm({ info, label }: MapSource, { options, kernel }: Session): Promise<EventForm> {
  const { btf, btfBase } = options;
  const library =
    btf === undefined ? typesOfPrograms(kernel, await streamKernel(), info.id) : typesOfBtf(readBtf(btf, btfBase), btf);
  const asked = askedTypes(options, library);
  const form = asked === undefined ? keptForm(library.btfs().flatMap(keptTypes)) : askedForm(asked);
  if (form.kind !== "bytes") return form;
  throw usage(`generate a file for ${label}: the type of its events is not known (--type 'struct event' names it)`);
}

function fromTypes({ options: { btf, btfBase, keyType, valueType = "" } }: Session): string {
  const table = new TypeTable(btf === undefined ? undefined : readBtf(btf, btfBase));
  const layoutOf = (name: string): Layout =>
    withoutNewtypes(layoutFromBtf(table, declareType(table, name), { tags: true }));
  const key = keyType === undefined ? undefined : layoutOf(keyType);
  const value = layoutOf(valueType);
  const name = value.typeName.replace(/^(struct|union|enum) /, "") || "map";
  const map: GeneratedMap = { name, key, value, perCpu: false };
  return generateTypeScript(map);
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
