import { compileEntryEncoder } from "../../codec/bpftool/entry-encoder.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { readError } from "../../reader/read-error.ts";
import { EINVAL } from "../../sys/errno.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { type DialectLayouts, dialectLayouts } from "./dialect-layouts.ts";
import {
  type DialectOptions,
  entryErrorText,
  entryFormat,
  warnOfInvalidJson,
  warnOfInvalidNames,
} from "./dialect-options.ts";
import { JsonWriter } from "./json-writer.ts";
import { plainMapHeader, writeMapHeader } from "./map-header.ts";

/** The end of a dump: the errno that bpftool would have ended with, 0 for none. */
export interface DumpOutcome {
  readonly errno: number;
}

/**
 * Prints maps as `bpftool map dump` does: one as an array of entries or as columns, several of one name as an array of
 * maps or with header lines. It stops at the first map that cannot be read to its end.
 */
export async function dumpMaps(
  maps: readonly MapSource[],
  options: DialectOptions,
  out: OutputBuffer,
): Promise<DumpOutcome> {
  const { style, dialect } = options;
  // Plain output is decoded only if all maps of the selection have BTF, and it is available.
  const json = style !== "plain" || maps.every(hasTypes);
  const writer = json ? new JsonWriter(out, dialect, style !== "json") : undefined;
  const several = maps.length > 1;
  let errno = 0;
  if (several) writer?.open("[");
  for (const [i, map] of maps.entries()) {
    const dump = new MapDump(map, options, out, several);
    errno = writer === undefined ? await dump.columns() : await dump.elements(writer);
    if (writer === undefined && i < maps.length - 1) out.text("\n");
    if (errno !== 0) break;
  }
  if (several) writer?.close("]");
  writer?.end();
  out.flush();
  if (writer !== undefined && style !== "plain") warnOfInvalidNames(writer, options.warn);
  return { errno };
}

/** Prints one map of a dump. */
class MapDump {
  readonly #map: MapSource;
  readonly #options: DialectOptions;
  readonly #out: OutputBuffer;
  readonly #header: boolean;

  constructor(map: MapSource, options: DialectOptions, out: OutputBuffer, header: boolean) {
    this.#map = map;
    this.#options = options;
    this.#out = out;
    this.#header = header;
  }

  /** Prints bpftool's columns, for maps without available BTF. Returns the errno that ended the read, 0 for none. */
  async columns(): Promise<number> {
    if (this.#header) this.#out.text(`${plainMapHeader(this.#map.info, undefined, this.#options.dialect)}\n`);
    const types = isUnavailable(this.#map) ? dialectLayouts(this.#map, this.#options.dialect) : { layouts: undefined };
    const { found, errno } = await this.#entries(types, 0);
    this.#out.text(`Found ${found} element${found === 1 ? "" : "s"}\n`);
    return errno;
  }

  /** Prints JSON, or the JSON-like text of maps with BTF. Returns the errno that ended the read, 0 for none. */
  async elements(writer: JsonWriter): Promise<number> {
    const { style, dialect, warn } = this.#options;
    const types = dialectLayouts(this.#map, dialect);
    if (types.refusal !== undefined) {
      if (style === "plain") warn(`Error: ${types.refusal}`);
      else writer.open("{").name("error").string(types.refusal).close("}");
      return EINVAL;
    }
    if (this.#header) {
      writeMapHeader(this.#map.info, writer.open("{"), dialect);
      writer.name("elements");
    }
    writer.open("[");
    const { elements, errno } = await this.#entries(types, writer.depth);
    if (elements > 0) writer.wroteElements();
    writer.close("]");
    if (this.#header) writer.close("}");
    return errno;
  }

  async #entries(types: DialectLayouts, depth: number): Promise<{ found: number; elements: number; errno: number }> {
    const map = this.#map;
    const { style, warn, observer } = this.#options;
    if (types.note !== undefined) warn(`Note: ${types.note}`);
    this.#warnOfCookies();
    const format = entryFormat(map, this.#options, types.layouts, depth);
    const encoder = compileEntryEncoder(format, this.#out, entryErrorText(map.info.type, style));
    this.#options.showProgram?.(encoder.program);
    using source = map.entries({ ahead: true, memory: encoder.batchMemory() });
    for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
      encoder.encode(batch);
      observer?.progress?.(map, source.report.entries);
    }
    observer?.done?.(map, source.report);
    // bpftool says nothing: what was read looks like all there is.
    const error = source.report.errno === 0 ? undefined : readError(map, source.report);
    if (error !== undefined) warn(`Warning: ${error.message}`);
    warnOfInvalidJson(map, encoder, warn);
    return { found: encoder.found, elements: encoder.elements, errno: source.report.errno };
  }

  #warnOfCookies(): void {
    const { info } = this.#map;
    if (info.type !== BPF_MAP_TYPE.REUSEPORT_SOCKARRAY || info.valueSize === 8) return;
    this.#options.warn("Warning: cannot read values from reuseport_sockarray map with value_size != 8");
  }
}

function hasTypes(map: MapSource): boolean {
  return map.typesGiven === true || (map.info.btfId !== 0 && !isUnavailable(map));
}

function isUnavailable(map: MapSource): boolean {
  return map.types().state === "unavailable";
}
