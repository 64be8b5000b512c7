import { strictJsonString } from "../../codec/json/strict-json.ts";
import { EbpfMapError } from "../../errors.ts";
import { typeChoices } from "../../output/render/choose.ts";
import { JsonRows } from "../../output/rows/json-rows.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import type { RowWriter } from "../../output/rows/row-writer.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { Query } from "../../query/query.ts";
import { type RowRun, valueOffset } from "../../query/rows/rows.ts";
import { findMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { withInnerTypes } from "../../reader/views/map-view.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { isMapOfMaps, mapTypeName } from "../../sys/map-types.ts";
import type { ReadWatch } from "../reads/observe-reads.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { RowDump } from "./dump-rows.ts";
import { openQuery, type RendererChoice, type RowQuery, warnIfEmpty } from "./open-query.ts";
import { openWriter, type RowStyle, strictOptions } from "./row-style.ts";

/** The deepest nesting of maps in maps. Current kernels allow one level. */
const MAX_DEPTH = 8;

/** A map, and the ids of the maps that contain it. */
interface Nested {
  readonly map: MapSource;
  readonly inside: readonly number[];
}

/**
 * Prints a map of maps with the entries of the maps in it: in JSON as `"map":{…,"entries":[…]}` behind each value, in a
 * table below a line for each map. The query is about the outer map; what is inside is shown as a whole. An inner map
 * that can't be read to its end has an "error" behind what was read of it, and the status says that there is a gap.
 */
export async function dumpRecursively(map: MapSource, dump: RowDump, kernel: Kernel): Promise<number> {
  const outer = { map, inside: [] };
  const query = await openQuery(map, dump.query);
  const inner = { ...dump.query, spec: {}, renderers: innerRenderers(dump.query.renderers) };
  const tree: Tree = { style: dump.style, kernel, inner, reads: dump.watchReads(), failed: 0 };
  await printTree(outer, query, tree);
  warnIfEmpty(query, dump.style.warn, map.label);
  return tree.reads.complete && tree.failed === 0 ? EXIT.ok : EXIT.incomplete;
}

/** The context that all maps of a tree share. */
interface Tree {
  readonly style: RowStyle;
  /** The kernel that has the inner maps. */
  readonly kernel: Kernel;
  /** The query of inner maps. */
  readonly inner: RowQuery;
  readonly reads: ReadWatch;
  /** Inner maps that could not be read to their end. */
  failed: number;
}

async function printTree(outer: Nested, query: Query, tree: Tree): Promise<void> {
  switch (tree.style.format) {
    case "json":
      return new JsonTree(tree).array(outer, query);
    case "ndjson":
      return new JsonTree(tree).lines(outer, query);
    case "table":
      return printTables(outer, query, tree);
    default:
      throw usage("--recursive prints -o json, ndjson or table");
  }
}

/** Returns the renderers of inner maps. They have other fields, so only renderers for types apply. */
function innerRenderers(renderers: RendererChoice): RendererChoice {
  if (renderers === "none" || renderers.asked === undefined) return renderers;
  const forTypes = typeChoices(renderers.asked);
  return { ...renderers, asked: forTypes === "" ? undefined : { ...renderers.asked, text: forTypes } };
}

/** Runs an action on an inner map and returns the message of its failure, if any. */
async function attempt(tree: Tree, action: () => Promise<void>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (!(error instanceof EbpfMapError) || error.code === "OUTPUT") throw error;
    tree.failed += 1;
    return error.message;
  }
}

/** Opens the map that a value names, or returns the reason why it can't be shown. */
function innerMap(kernel: Kernel, { map, inside }: Nested, id: number): Nested | string {
  const ids = [...inside, map.info.id];
  // The map that has this id here and now is another one.
  if (map.origin !== undefined) return "a snapshot has only the outer map";
  if (ids.includes(id)) return "it holds itself";
  if (ids.length > MAX_DEPTH) return `deeper than ${MAX_DEPTH} maps`;
  try {
    const [inner] = findMaps(kernel, { by: "id", id });
    return inner === undefined ? "there is no such map" : { map: withInnerTypes(inner, map), inside: ids };
  } catch (error) {
    if (error instanceof EbpfMapError) return error.message;
    throw error;
  }
}

/** Returns the map ids in the values of a run; undefined for a value that could not be read. */
function innerIds({ shape }: Query, run: RowRun): (number | undefined)[] {
  const { values, errnos } = run.batch;
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: run.count }, (_, row) => {
    if (errnos?.[run.entries[row] as number]) return undefined;
    return view.getUint32(valueOffset(run, row, shape.valueStride), true);
  });
}

/** Writes maps in maps as JSON. Inner entries are printed while they are read. */
class JsonTree {
  readonly #tree: Tree;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  async lines(outer: Nested, query: Query): Promise<void> {
    await this.#rows(outer, query, "", "\n");
  }

  async array(outer: Nested, query: Query): Promise<void> {
    const { out } = this.#tree.style;
    out.text("[\n");
    const count = await this.#rows(outer, query, ",\n", "");
    out.text(count > 0 ? "\n]\n" : "]\n");
  }

  /** Writes the rows of a map with separators, and returns their number. */
  async #rows(nested: Nested, query: Query, between: string, behind: string): Promise<number> {
    const { out, values } = this.#tree.style;
    const writer = new JsonRows(query, out, {
      ...strictOptions(values, nested.map.origin),
      array: false,
      rowEnd: "",
    });
    const holdsMaps = isMapOfMaps(nested.map.info.type);
    let count = 0;
    await readQuery(nested.map, query, NO_ROWS, {
      ...this.#tree.reads.observer,
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
    const { out } = this.#tree.style;
    const inner = innerMap(this.#tree.kernel, outer, id);
    if (typeof inner === "string") {
      out.text(`,"map":{"id":${id},"error":${strictJsonString(inner)}}`);
      return;
    }
    using map = inner.map;
    const { info } = map;
    const type = mapTypeName(info.type) ?? String(info.type);
    out.text(`,"map":{"id":${id},"type":"${type}","name":${strictJsonString(info.name)},"entries":[`);
    const problem = await attempt(this.#tree, async () => {
      await this.#rows(inner, await openQuery(map, this.#tree.inner), ",", "");
    });
    out.text(problem === undefined ? "]}" : `],"error":${strictJsonString(problem)}}`);
  }
}

const NO_ROWS: RowWriter = { begin() {}, write() {}, end() {} };

/** Returns a run of one row. */
function oneRow(run: RowRun, row: number): RowRun {
  const entries = run.entries.subarray(row, row + 1);
  return { ...run, count: 1, entries, cpus: run.cpus?.subarray(row, row + 1) };
}

async function printTables(nested: Nested, query: Query, tree: Tree): Promise<void> {
  const { style, kernel } = tree;
  const { out } = style;
  const ids: number[] = [];
  const holdsMaps = isMapOfMaps(nested.map.info.type);
  await readQuery(nested.map, query, await openWriter(query, style, nested.map), {
    ...tree.reads.observer,
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
    const problem = await attempt(tree, async () => {
      await printTables(inner, await openQuery(map, tree.inner), tree);
    });
    if (problem !== undefined) out.text(`${visible(problem)}\n`);
  }
}
