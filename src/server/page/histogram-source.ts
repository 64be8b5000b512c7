import type { Field } from "../../codec/access/field.ts";
import { EbpfMapError } from "../../errors.ts";
import { type Scale, slotCount, slotLabel } from "../../output/hist/hist-scale.ts";
import { findHistograms } from "../../output/hist/hist-source.ts";
import type { Query } from "../../query/query.ts";
import type { HistogramSource } from "./contract.ts";
import type { PageTable } from "./table.ts";

/** Arrays of more slots are drawn as values from 0 on, as `-o hist` does. */
const LOG_SLOTS = 64;
/** The labels of slots in keys on a scale of powers of two. */
const LOG2: Scale = { kind: "log2" };

/** Finds what of a table can be drawn as histograms; null where there is nothing. */
export function histogramSource(query: Query, table: PageTable): HistogramSource | null {
  const found = histograms(query);
  if (found === undefined) return null;
  if (found.kind === "arrays") {
    const arrays = found.arrays.flatMap(({ field, slots }) => {
      const column = table.columnOf(field);
      return column < 0
        ? []
        : [{ column, labels: labels(slots.length <= LOG_SLOTS ? "log2" : "linear", slots.length) }];
    });
    return arrays.length === 0 ? null : { kind: "arrays", arrays };
  }
  const [slot, count] = [table.columnOf(found.slotField), table.columnOf(found.countField)];
  const titles = found.titles.map((field: Field) => table.columnOf(field)).filter((column) => column >= 0);
  if (slot < 0 || count < 0) return null;
  return { kind: "keys", slot, count, titles, labels: labels("log2", slotCount(LOG2)), isNamed: found.isNamed };
}

function labels(kind: "log2" | "linear", count: number): string[] {
  return Array.from({ length: count }, (_, slot) => slotLabel({ kind }, slot));
}

function histograms(query: Query): ReturnType<typeof findHistograms> | undefined {
  try {
    return findHistograms(query, undefined);
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}
