import type { RowList, RowOffsets } from "../../codec/text/text-engine.ts";
import { entryIndex, type RowRun } from "../../query/rows/rows.ts";
import type { EntryShape } from "../../reader/entries.ts";

/** A row whose value isn't whole: the errno of an unreadable one, or else the bytes of a cut one. */
export interface OddRow {
  readonly row: number;
  readonly errno: number;
  readonly length: number;
}

/** Calls `whole` for each stretch of rows with whole values, and `odd` for each row between them, in their order. */
export function eachStretch(
  { batch: { errnos, lengths }, entries, count }: RowRun,
  whole: (from: number, end: number) => void,
  odd: (row: OddRow) => void,
): void {
  let from = 0;
  for (let row = 0; (errnos !== undefined || lengths !== undefined) && row < count; row++) {
    const entry = entries[row] as number;
    const errno = errnos?.[entry] ?? 0;
    if (errno === 0 && lengths === undefined) continue;
    if (row > from) whole(from, row);
    odd({ row, errno, length: lengths?.[entry] ?? 0 });
    from = row + 1;
  }
  if (count > from) whole(from, count);
}

/** Lists rows from one on for the text engine. */
export function rowList(run: RowRun, from: number, end: number, { keySize, valueStride }: EntryShape): RowList {
  const { entries, cpus, cpuStride } = run;
  const place = (row: number, to: RowOffsets): void => {
    const entry = entries[from + row] as number;
    const cpu = cpus === undefined ? 0 : (cpus[from + row] as number);
    to.key = entry * keySize;
    to.value = entry * valueStride + cpu * cpuStride;
    to.cpu = cpu;
    to.index = entryIndex(run, from + row);
  };
  return { count: end - from, valueSize: cpuStride === 0 ? valueStride : cpuStride, place };
}
