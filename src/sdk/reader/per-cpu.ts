import { viewOf } from "../../bytes.ts";
import { compileValueDecoder, type DecodeOptions } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import type { Aggregate } from "../../query/aggregate/cpu-aggregation.ts";
import { compileAggregation } from "../../query/aggregate/per-cpu.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Layout } from "../../schema/layout.ts";
import type { KeyOrValueDecoder } from "./entry-codec.ts";

/**
 * The form in which the values that a per-CPU map has for one key are read: all of them, or one that is aggregated
 * field by field.
 *
 * Sums are exact: those of integers up to 32 bits have 64 bits, those of 64-bit ones 128 (a bigint). Averages are
 * numbers. Fields without a sum (strings, enums, bools, pointers) stay as they are where all CPUs agree, and become the
 * list of the different values where they don't.
 */
export type PerCpu = "each" | "sum" | "min" | "max" | "avg";

/** Decodes what is made of the values of all CPUs. Throws USAGE for a map of whose values nothing is known. */
export function aggregateDecoder(
  map: MapSource,
  layout: Layout | undefined,
  how: Aggregate,
  options: DecodeOptions,
): KeyOrValueDecoder {
  if (layout === undefined) {
    const message = `open ${map.label}: perCpu "${how}" needs the type of the values, and the map has none`;
    throw new EbpfMapError("USAGE", message, { perCpu: how });
  }
  const { value, fold } = compileAggregation(layout, map.shape, how, new Map());
  const decode = compileValueDecoder(value, options);
  const folded = new Uint8Array(value.size);
  const view = viewOf(folded);
  return (bytes, bytesView, at) => {
    fold(bytes, bytesView, at, folded, view, 0);
    return decode(folded, view, 0);
  };
}

/**
 * The layout of what is made of the values of all CPUs; undefined for a value with more parts than can be aggregated.
 */
export function aggregateLayout(value: Layout, how: Aggregate): Layout | undefined {
  // It doesn't depend on the number of CPUs but in what nobody sees.
  const shape = { keySize: 0, valueSize: value.size, cpus: 2, valueStride: 2 * value.size };
  try {
    return compileAggregation(value, shape, how, new Map()).value;
  } catch (error) {
    if (error instanceof EbpfMapError && error.code === "QUERY_INVALID") return undefined;
    throw error;
  }
}
