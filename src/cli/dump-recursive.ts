import { strictJsonString } from "../codec/strict-json.ts";
import { EbpfMapError } from "../errors.ts";
import { JsonRows } from "../output/json-rows.ts";
import { readQuery } from "../output/read-query.ts";
import type { RowWriter } from "../output/row-writer.ts";
import { visible } from "../output/visible.ts";
import type { Query } from "../query/query.ts";
import { type RowRun, valueOffset } from "../query/rows.ts";
import { findMaps } from "../reader/find.ts";
import type { MapSource } from "../reader/map-source.ts";
import { isMapOfMaps } from "../reader/shape.ts";
import type { Kernel } from "../sys/kernel.ts";
import { mapTypeName } from "../sys/map-types.ts";
import { EXIT } from "./exit-codes.ts";
import { openQuery, openWriter, outputFormat, strictOptions } from "./open-query.ts";
import { usage } from "./query-spec.ts";
import type { Session } from "./session.ts";

/** How deep maps may lie in maps. The kernel of today takes one level. */
const MAX_DEPTH = 8;

/** A map, and the ids of the maps that it lies in. */
interface Nested {
  readonly map: MapSource;
  readonly inside: readonly number[];
}

/**
 * Prints a map of maps with the entries of the maps in it: in JSON as `"map":{…,"entries":[…]}` behind each value, in a
 * table below a line for each map. The query is about the outer map; what is inside is shown as a whole.
 */
export async function dumpRecursively(map: MapSource, session: Session): Promise<number> {
  const options = session.options.query ?? {};
  const other = ["select", "sort", "group-by", "agg", "count"].find((name) => name in options);
  if (other !== undefined) throw usage(`--${other} doesn't go with --recursive`);
  const { kernel } = session;
  const outer = { map, inside: [] };
  const query = await openQuery(map, session);
  switch (outputFormat(session)) {
    case "json":
      return new JsonTree(kernel, session).array(outer, query);
    case "ndjson":
      return new JsonTree(kernel, session).lines(outer, query);
    case "table":
      return printTables(kernel, outer, query, session);
    default:
      throw usage("--recursive prints -o json, ndjson or table");
  }
}

/** Opens the map that a value names, or says why that can't be shown. */
function innerMap(kernel: Kernel, { map, inside }: Nested, id: number): Nested | string {
  const ids = [...inside, map.info.id];
  // Whatever map has that id here and now is another one.
  if (map.taken !== undefined) return "a snapshot has only the outer map";
  if (ids.includes(id)) return "it holds itself";
  if (ids.length > MAX_DEPTH) return `deeper than ${MAX_DEPTH} maps`;
  try {
    const [inner] = findMaps(kernel, { by: "id", id });
    return inner === undefined ? "there is no such map" : { map: inner, inside: ids };
  } catch (error) {
    if (error instanceof EbpfMapError) return error.message;
    throw error;
  }
}

/** The ids in the values of a run; undefined for one that couldn't be read. */
function innerIds({ shape }: Query, run: RowRun): (number | undefined)[] {
  const { values, errnos } = run.batch;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: run.count }, (_, row) => {
    if (errnos?.[run.entries[row] as number]) return undefined;
    return view.getUint32(valueOffset(run, row, shape.valueStride), true);
  });
}

/** JSON of maps in maps. Inner entries go to the output while they are read. */
class JsonTree {
  readonly #kernel: Kernel;
  readonly #session: Session;

  constructor(kernel: Kernel, session: Session) {
    this.#kernel = kernel;
    this.#session = session;
  }

  async lines(outer: Nested, query: Query): Promise<number> {
    await this.#rows(outer, query, "", "\n");
    return EXIT.ok;
  }

  async array(outer: Nested, query: Query): Promise<number> {
    const { out } = this.#session;
    out.text("[\n");
    const count = await this.#rows(outer, query, ",\n", "");
    out.text(count > 0 ? "\n]\n" : "]\n");
    return EXIT.ok;
  }

  /** The rows of a map with what stands between and behind them. Returns how many there are. */
  async #rows(nested: Nested, query: Query, between: string, behind: string): Promise<number> {
    const { out } = this.#session;
    const writer = new JsonRows(query, out, {
      ...strictOptions(this.#session, nested.map.taken),
      array: false,
      rowEnd: "",
    });
    const holdsMaps = isMapOfMaps(nested.map.info.type);
    let count = 0;
    await readQuery(nested.map, query, NO_ROWS, {
      also: async (run) => {
        const ids = holdsMaps ? innerIds(query, run) : [];
        for (let row = 0; row < run.count; row++) {
          if (count++ > 0) out.text(between);
          writer.write(oneRow(run, row));
          const id = ids[row];
          if (id !== undefined) await this.#inner(nested, id);
          out.text(`}${behind}`);
        }
      },
    });
    return count;
  }

  async #inner(outer: Nested, id: number): Promise<void> {
    const { out } = this.#session;
    const inner = innerMap(this.#kernel, outer, id);
    if (typeof inner === "string") {
      out.text(`,"map":{"id":${id},"error":${strictJsonString(inner)}}`);
      return;
    }
    using map = inner.map;
    const { info } = map;
    const type = mapTypeName(info.type) ?? String(info.type);
    out.text(`,"map":{"id":${id},"type":"${type}","name":${strictJsonString(info.name)},"entries":[`);
    await this.#rows(inner, await openQuery(map, this.#session, {}), ",", "");
    out.text("]}");
  }
}

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/** A run of one row. */
function oneRow(run: RowRun, row: number): RowRun {
  const entries = run.entries.subarray(row, row + 1);
  return { ...run, count: 1, entries, cpus: run.cpus?.subarray(row, row + 1) };
}

async function printTables(kernel: Kernel, nested: Nested, query: Query, session: Session): Promise<number> {
  const { out } = session;
  const ids: number[] = [];
  const holdsMaps = isMapOfMaps(nested.map.info.type);
  await readQuery(nested.map, query, await openWriter(query, "table", session, nested.map.taken), {
    also: async (run) => {
      if (holdsMaps) ids.push(...innerIds(query, run).filter((id) => id !== undefined));
    },
  });
  for (const id of ids) {
    const inner = innerMap(kernel, nested, id);
    if (typeof inner === "string") {
      out.text(`\nmap ${id}: ${visible(inner)}\n`);
      continue;
    }
    using map = inner.map;
    const { name, type } = map.info;
    out.text(`\nmap ${id}: ${mapTypeName(type) ?? type} ${visible(name)}\n`);
    await printTables(kernel, inner, await openQuery(map, session, {}), session);
  }
  return EXIT.ok;
}
