import type { JsonOptions } from "../../../src/codec/json/json-options.ts";
import { OutputBuffer } from "../../../src/codec/text/output-buffer.ts";
import { ShownText } from "../../../src/codec/text/shown-text.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { compileRender } from "../../../src/output/render/render.ts";
import type { RenderContext } from "../../../src/output/render/renderer.ts";
import { JsonRows, type JsonRowsOptions } from "../../../src/output/rows/json-rows.ts";
import { mapEntryTypes } from "../../../src/output/rows/map-entry-types.ts";
import { readQuery } from "../../../src/output/rows/read-query.ts";
import type { RowWriter } from "../../../src/output/rows/row-writer.ts";
import { compileQuery, type Query, type QuerySpec } from "../../../src/query/query.ts";
import { findMaps } from "../../../src/reader/find.ts";
import type { Kernel } from "../../../src/sys/kernel.ts";
import { QueryKernel } from "../../helpers/query-kernel.ts";

/** The parts of a query as texts. */
export type Asked = Partial<Record<"where" | "select" | "sort" | "groupBy" | "aggregates", string>> &
  Omit<QuerySpec, "where" | "select" | "sort" | "groupBy" | "aggregates">;

const OPTIONS: Record<string, string> = {
  where: "--where",
  select: "--select",
  sort: "--sort",
  groupBy: "--group-by",
  aggregates: "--agg",
};

export function specOf(asked: Asked): QuerySpec {
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => {
      const option = OPTIONS[name];
      return [name, option === undefined ? value : { option, text: value }];
    }),
  );
}

export type MakeWriter = (query: Query, out: OutputBuffer) => RowWriter;

/** What a query of a map of `QueryKernel` prints, and what it counted. */
export async function printQuery(
  id: number,
  asked: Asked,
  writer: MakeWriter,
  kernel: Kernel = new QueryKernel(),
  shown: ShownText = new ShownText(),
): Promise<{ text: string; bytes: Buffer; query: Query }> {
  const chunks: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity: 64, shown });
  const [map] = findMaps(kernel, { by: "id", id });
  if (map === undefined) throw new Error(`there is no map ${id}`);
  using open = map;
  const query = compileQuery(specOf(asked), { entryTypes: mapEntryTypes(open).entryTypes, shape: open.shape });
  await readQuery(open, query, writer(query, out));
  out.flush();
  const bytes = Buffer.concat(chunks);
  return { text: bytes.toString(), bytes, query };
}

/** A machine on which nothing has a name but what ends in 1. */
export const SURROUNDINGS: RenderContext = {
  bootTimeNs: () => 1_700_000_000_000_000_000n,
  nowNs: () => 1_700_000_100_000_000_000n,
  interfaceOf: (index) => (index === 1 ? "lo" : undefined),
  userOf: (uid) => (uid === 1 ? "daemon" : undefined),
  symbolOf: (address) => (address > 0x1000n ? { name: "do_fork", offset: address - 0x1001n } : undefined),
  cgroupOf: (id) => (id === 1n ? "/system.slice" : undefined),
  syscallOf: (number) => (number === 1 ? "write" : undefined),
};

const JSON_OPTIONS: JsonOptions = { int64: "digits", enums: "name" };

export const NDJSON: JsonRowsOptions = {
  array: false,
  ...JSON_OPTIONS,
  render: compileRender(JSON_OPTIONS, SURROUNDINGS),
};

/** The lines of JSON that a query gives. */
export async function queryLines(id: number, asked: Asked, options: Partial<JsonRowsOptions> = {}): Promise<string[]> {
  const { text } = await printQuery(id, asked, (query, out) => new JsonRows(query, out, { ...NDJSON, ...options }));
  return text.split("\n").filter((line) => line !== "");
}

/** The message with which a query is refused. */
export async function refusalOf(id: number, asked: Asked): Promise<string> {
  try {
    await queryLines(id, asked);
  } catch (error) {
    if (error instanceof EbpfMapError) return error.message;
    throw error;
  }
  throw new Error("the query was not refused");
}
