import { parseAst } from "rolldown/parseAst";
import { parse as parseYaml } from "yaml";
import { parseBtf } from "../../../src/btf/parse.ts";
import { OutputBuffer } from "../../../src/codec/text/output-buffer.ts";
import { ShownText, TEXT_MODES } from "../../../src/codec/text/shown-text.ts";
import { generateTypeScript } from "../../../src/codegen/generate.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { HistRows } from "../../../src/output/hist/hist.ts";
import { compileRender } from "../../../src/output/render/render.ts";
import type { CellOptions } from "../../../src/output/rows/cells.ts";
import { CsvRows } from "../../../src/output/rows/csv.ts";
import { JsonRows } from "../../../src/output/rows/json-rows.ts";
import type { RowWriter } from "../../../src/output/rows/row-writer.ts";
import { TableRows } from "../../../src/output/rows/table.ts";
import { YamlRows } from "../../../src/output/rows/yaml.ts";
import { compileQuery, type Query } from "../../../src/query/query.ts";
import type { EntryShape } from "../../../src/reader/entries.ts";
import { OneBatch } from "../../../src/reader/one-batch.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import type { Random } from "../../helpers/random.ts";
import { randomValue } from "../../helpers/random-values.ts";
import { NDJSON, SURROUNDINGS } from "../../unit/query/run-query.ts";
import { answered } from "../answered.ts";
import { hostileBtf } from "../btf-corpus.ts";
import type { Target } from "../target.ts";

/** The largest value that is printed here, and the most that is printed of one: more would only take longer. */
const MAX_VALUE = 1024;
const MAX_OUTPUT = 1 << 18;
const ROWS = 2;

const CELLS: Omit<CellOptions, "shown"> = {
  json: { int64: "digits", enums: "both" },
  render: compileRender("text", SURROUNDINGS),
};

interface Format {
  readonly writer: (query: Query, out: OutputBuffer) => RowWriter;
  /** Throws where a text is none of this format. */
  readonly check: (text: string) => void;
}

const quiet = (): void => undefined;

const FORMATS: readonly Format[] = [
  {
    writer: (query, out) => new JsonRows(query, out, NDJSON),
    check: (text) => expectRows(text.trimEnd().split("\n").map(parseJson).length),
  },
  {
    writer: (query, out) => new JsonRows(query, out, { ...NDJSON, int64: "string", array: true }),
    check: (text) => expectRows((parseJson(text) as unknown[]).length),
  },
  {
    writer: (query, out) => new YamlRows(query, out, NDJSON),
    check: (text) => expectRows((parseYaml(text, { maxAliasCount: 0 }) as unknown[]).length),
  },
  {
    writer: (query, out) => new CsvRows(query, out, { ...CELLS, isTerminal: true, isSafe: true, warn: quiet }),
    check: expectHarmless,
  },
  {
    writer: (query, out) => new TableRows(query, out, { ...CELLS, width: 60, color: false, warn: quiet }),
    check: expectHarmless,
  },
  {
    writer: (query, out) => new HistRows(query, out, { ...CELLS, width: 60, scale: undefined }),
    check: expectHarmless,
  },
];

/** Values of hostile types in each of our own formats: always of that format, and nothing that a terminal obeys. */
export const WRITERS: Target = {
  name: "writers",
  input: hostileBtf,
  async run(input, random) {
    const layouts = layoutsOf(input);
    const value = layouts.at(-1);
    if (value === undefined) return false;
    await print({ key: random.chance(0.3) ? random.pick(layouts) : undefined, value }, random);
    return true;
  },
};

/** TypeScript for hostile types: it parses, whatever they are called. */
export const GENERATED_CODE: Target = {
  name: "generated code",
  input: hostileBtf,
  run(input, random) {
    const layouts = layoutsOf(input);
    for (const value of layouts.slice(-2)) {
      const name = value.typeName;
      const text = answered(() => generateTypeScript({ name, key: layouts[0], value, perCpu: random.chance(0.5) }));
      if (text !== undefined) parseAst(text, { lang: "ts" });
    }
    return layouts.length > 0;
  },
};

function layoutsOf(input: Uint8Array): Layout[] {
  const btf = answered(() => parseBtf(input));
  if (btf === undefined) return [];
  const ids = Array.from({ length: Math.min(btf.typeCount, 64) }, (_, id) => id);
  const layouts = ids.map((id) => answered(() => layoutFromBtf(btf, id)));
  return layouts.filter((layout) => layout !== undefined && layout.size > 0 && layout.size <= MAX_VALUE) as Layout[];
}

async function print({ key, value }: { key: Layout | undefined; value: Layout }, random: Random): Promise<void> {
  const { writer, check } = random.pick(FORMATS);
  const cpus = random.chance(0.2) ? 2 : 0;
  const valueStride = cpus === 0 ? value.size : cpus * Math.ceil(value.size / 8) * 8;
  const shape = { keySize: key?.size ?? 4, valueSize: value.size, cpus, valueStride };
  const chunks: Buffer[] = [];
  let written = 0;
  const drain = (bytes: Uint8Array): void => {
    written += bytes.length;
    if (written > MAX_OUTPUT) throw new EbpfMapError("OUTPUT", "enough");
    chunks.push(Buffer.from(bytes));
  };
  const out = new OutputBuffer(drain, { capacity: 1 << 12, shown: new ShownText(random.pick(TEXT_MODES)) });
  try {
    const query = compileQuery(cpus > 0 ? { perCpu: random.pick(["each", "sum"]) } : {}, {
      entryTypes: { key, value, untyped: undefined },
      shape,
    });
    const rows = writer(query, out);
    rows.begin();
    for await (const run of query.run(randomEntries(shape, random))) rows.write(run);
    rows.end(true);
    out.flush();
  } catch (error) {
    if (error instanceof EbpfMapError) return;
    throw error;
  }
  check(Buffer.concat(chunks).toString());
}

/** A few entries of random bytes. */
function randomEntries({ keySize, valueStride }: EntryShape, random: Random): OneBatch {
  const [keys, values] = [randomValue(random, ROWS * keySize), randomValue(random, ROWS * valueStride)];
  return new OneBatch({ count: ROWS, keys, values, errnos: undefined });
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

function expectRows(count: number): void {
  if (count < ROWS) throw new Error(`${count} rows of ${ROWS}`);
}

function expectHarmless(text: string): void {
  const found = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.exec(text);
  if (found !== null) throw new Error(`a terminal would obey ${JSON.stringify(found[0])}`);
}
