import { EventBatch } from "../../../../src/stream/event-batch.ts";

/** Events in hexadecimal, of CPU 3 at 77 ns, each behind a byte that belongs to none. */
export function batchOf(events: readonly string[]): EventBatch {
  const batch = new EventBatch(4096);
  let at = 0;
  for (const hex of events) {
    const bytes = Buffer.from(hex, "hex");
    batch.bytes[at] = 0xee;
    batch.bytes.set(bytes, at + 1);
    batch.at[batch.count] = at + 1;
    batch.length[batch.count] = bytes.length;
    batch.cpu[batch.count] = 3;
    batch.time[batch.count] = 77n;
    batch.count += 1;
    at += 1 + bytes.length;
  }
  return batch;
}
