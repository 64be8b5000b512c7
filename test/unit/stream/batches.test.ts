import { expect, test } from "vitest";
import { eventBatches } from "../../../src/stream/batches.ts";
import { ListSource } from "../../helpers/list-source.ts";

test("a batch is released when the next is asked for, and not by who leaves the loop", async () => {
  const source = new ListSource(["00", "01", "02"], 1);
  const released: number[] = [];
  for await (const batch of eventBatches(source, undefined)) {
    released.push(source.released);
    if (batch.bytes[0] === 1) break;
  }
  expect(released).toEqual([0, 1]);
  expect(source.released).toBe(1);
});

test("nothing is read when nothing is wanted, or when the signal was aborted before", async () => {
  const source = new ListSource(["00"]);
  for await (const _ of eventBatches(source, undefined, () => 0)) throw new Error("there is a batch");
  for await (const _ of eventBatches(source, AbortSignal.abort())) throw new Error("there is a batch");
  expect(source.reads).toBe(0);
});

test("a source without events is waited for until the signal is aborted", async () => {
  const source = new ListSource(["00"]);
  const abort = new AbortController();
  let count = 0;
  for await (const batch of eventBatches(source, abort.signal)) {
    count += batch.count;
    setImmediate(() => abort.abort());
  }
  expect(count).toBe(1);
});
