import { wholeField } from "../../codec/access/field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { Counter } from "../../query/follow/counters.ts";
import { ADDED, CHANGED, type Follower, REMOVED, SAME } from "../../query/follow/follower.ts";
import { keyColumns, valueColumns } from "../diff/diff-writer.ts";
import { roundedRate } from "../quantities.ts";
import { compileMembers, fieldColumn, type PrintMembers, type StrictOptions } from "../rows/field-json.ts";

const EVENTS: Readonly<Record<number, string>> = { [ADDED]: "added", [CHANGED]: "changed", [REMOVED]: "removed" };

/**
 * Writes the changes of rows as lines of JSON:
 * `{"time":…,"event":"changed","key":…,"value":…,"previous":…,"delta":{"packets":7},"rate":{"packets":7.0}}`.
 */
export class WatchEvents {
  readonly #follower: Follower;
  readonly #out: OutputBuffer;
  readonly #options: JsonOptions;
  readonly #row: PrintMembers;
  readonly #previous: PrintMembers;

  constructor(follower: Follower, out: OutputBuffer, options: StrictOptions) {
    const { query } = follower;
    this.#follower = follower;
    this.#out = out;
    this.#options = options;
    this.#row = compileMembers([...keyColumns(query), ...valueColumns(query)], query, options, out);
    const before =
      query.columns === undefined ? [fieldColumn("previous", wholeField("value", query.entryTypes.value))] : [];
    this.#previous = compileMembers(before, query, options, out);
  }

  /** Writes and flushes the changes of the last read, in the order of `rows`. `time` is in ISO 8601. */
  write(rows: readonly number[], time: string): void {
    for (const row of rows) this.#event(row, time);
    this.#out.flush();
  }

  #event(row: number, time: string): void {
    const follower = this.#follower;
    const state = follower.states[row] ?? SAME;
    const out = this.#out;
    out.text(`{"time":"${time}","event":"${EVENTS[state]}"${follower.reads === 1 ? ',"initial":true' : ""}`);
    this.#row(follower.now(row));
    if (state === CHANGED) {
      this.#previous(follower.before(row));
      this.#changes(row);
    }
    out.text("}\n");
    out.flushIfFull();
  }

  #changes(row: number): void {
    const deltas: string[] = [];
    const rates: string[] = [];
    const resets: string[] = [];
    for (const counter of this.#follower.counters) {
      const change = this.#follower.change(row, counter);
      const name = this.#out.shown.jsonName(counter.name);
      if (change === "reset") resets.push(name);
      else if (Number(change) !== 0) {
        deltas.push(`${name}:${this.#integer(change, counter)}`);
        rates.push(`${name}:${roundedRate(this.#follower.rate(row, counter) ?? 0)}`);
      }
    }
    const { out, isScalar } = { out: this.#out, isScalar: this.#follower.counters[0]?.path === "value" };
    // If the value is a single number, these are numbers, too.
    const open = (list: readonly string[]): string => (isScalar ? `${list[0]?.slice(8)}` : `{${list.join(",")}}`);
    if (deltas.length > 0) out.text(`,"delta":${open(deltas)},"rate":${open(rates)}`);
    if (resets.length > 0) out.text(`,"reset":${isScalar ? "true" : `[${resets.join(",")}]`}`);
  }

  #integer(value: number | bigint, { isWide }: Counter): string {
    return isWide && this.#options.int64 === "string" ? `"${value}"` : String(value);
  }
}
