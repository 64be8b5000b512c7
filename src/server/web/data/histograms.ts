import { greatest } from "../../../query/fields/integers.ts";
import type { HistogramSource, MapHead, Row } from "../../page/contract.ts";
import { rowName } from "./table-model.ts";

/** A histogram: its slots from the first to the last that counted anything. */
export interface Histogram {
  readonly title: string;
  readonly slots: readonly { readonly label: string; readonly count: string; readonly share: number }[];
}

/** The histograms of rows. */
export function histograms(source: HistogramSource, head: MapHead, rows: readonly Row[]): Histogram[] {
  return source.kind === "arrays" ? ofArrays(source, head, rows) : ofKeys(source, rows);
}

function ofArrays({ arrays }: HistogramSource & { kind: "arrays" }, head: MapHead, rows: readonly Row[]): Histogram[] {
  return rows.flatMap((row) =>
    arrays.map(({ column, labels }) => {
      const name = arrays.length > 1 ? ` · ${head.columns[column]?.title ?? ""}` : "";
      return histogram(
        `${rowName(head, row)}${name}`,
        integersIn(row.raw?.[column] ?? row.cells[column] ?? ""),
        labels,
      );
    }),
  );
}

function ofKeys(
  { slot, count, titles, labels }: HistogramSource & { kind: "keys" },
  rows: readonly Row[],
): Histogram[] {
  const byTitle = new Map<string, Map<number, bigint>>();
  for (const { cells, raw } of rows) {
    const title = titles.map((column) => cells[column]).join(" · ");
    const counts = byTitle.get(title) ?? new Map<number, bigint>();
    byTitle.set(title, counts);
    const place = Number(raw?.[slot] ?? cells[slot]);
    const [more] = integersIn(raw?.[count] ?? cells[count] ?? "");
    if (!(place >= 0 && place < labels.length) || more === undefined) continue;
    counts.set(place, (counts.get(place) ?? 0n) + more);
  }
  return [...byTitle].map(([title, counts]) => {
    const last = Math.max(-1, ...counts.keys());
    return histogram(
      title,
      Array.from({ length: last + 1 }, (_, place) => counts.get(place) ?? 0n),
      labels,
    );
  });
}

function histogram(title: string, counts: readonly bigint[], labels: readonly string[]): Histogram {
  const first = counts.findIndex((count) => count !== 0n);
  const last = counts.findLastIndex((count) => count !== 0n);
  const most = greatest([1n, ...counts]);
  const shown = first < 0 ? [] : counts.slice(first, last + 1);
  return {
    title,
    slots: shown.map((count, i) => ({
      label: labels[first + i] ?? String(first + i),
      count: String(count),
      share: Number((count * 10_000n) / most) / 10_000,
    })),
  };
}

/** The integers in the text of a list, with all their digits. */
function integersIn(text: string): bigint[] {
  return [...text.matchAll(/-?\d+/g)].map(([digits]) => BigInt(digits));
}
