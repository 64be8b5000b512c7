import { expect, test } from "vitest";
import { NEWEST_DIALECT } from "../../../../src/codec/bpftool/dialect.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { JsonWriter } from "../../../../src/output/bpftool/json-writer.ts";
import { jsonPipe, plainPipe } from "../../../../src/output/events/pipe-events.ts";
import { TextEvents } from "../../../../src/output/events/text-events.ts";
import { EventBatch } from "../../../../src/stream/event-batch.ts";
import { newStats } from "../../../../src/stream/event-source.ts";
import { mergeByTime } from "../../../../src/stream/perf/perf-merge.ts";
import { lostRecord, sampleRecord } from "../../../helpers/perf-bytes.ts";

/** A sample, a message of lost events, and a record that nobody knows, all of CPU 1. */
function records(): EventBatch {
  const batch = new EventBatch(256);
  const unknown = Buffer.from("63000000000010000000000000000000", "hex");
  const bytes = Buffer.concat([sampleRecord(5_000_000_007n, "0123456789abcdef"), lostRecord(7n), unknown]);
  batch.bytes.set(bytes);
  const part = { cpu: 1, start: 0, length: bytes.length, more: false };
  mergeByTime(batch, [part], { horizon: 2n ** 64n, events: 10 }, newStats());
  return batch;
}

function printed(print: (out: OutputBuffer, batch: EventBatch) => void): string {
  let text = "";
  const out = new OutputBuffer((bytes) => {
    text += Buffer.from(bytes).toString("latin1");
  });
  print(out, records());
  out.flush();
  return text;
}

test("plain event_pipe", () => {
  const text = printed((out, batch) => {
    const printer = plainPipe(out);
    for (let i = 0; i < batch.count; i++) printer.print(batch, i, undefined);
    printer.end();
  });
  expect(text).toBe(
    [
      "== @5.000000007 CPU: 1 index: 1 =====",
      "30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66",
      "00 00 00 00",
      "lost 7 events",
      "unknown event type=99 size=16",
      "",
    ].join("\n"),
  );
});

test("event_pipe as JSON", () => {
  const text = printed((out, batch) => {
    const printer = jsonPipe(new JsonWriter(out, NEWEST_DIALECT, false));
    for (let i = 0; i < batch.count; i++) printer.print(batch, i, 6);
    printer.end();
  });
  const data = [...Buffer.from("0123456789abcdef\0\0\0\0")].join(",");
  expect(text).toBe(
    `[{"type":9,"cpu":1,"index":6,"timestamp":5000000007,"data":[${data}]},` +
      '{"type":2,"cpu":1,"index":6,"lost":{"id":99,"count":7}},{"type":99,"cpu":1,"index":6}]\n',
  );
});

test("event_pipe as JSON without events", () => {
  expect(printed((out) => jsonPipe(new JsonWriter(out, NEWEST_DIALECT, true)).end())).toBe("[]\n");
});

test("events as text", () => {
  const text = printed((out, batch) => new TextEvents(out, true).print(batch, 0));
  expect(text).toBe(
    [
      "#1 @5.000000007 cpu 1, 20 bytes",
      "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|",
      "0010  00 00 00 00                                       |....|",
      "",
    ].join("\n"),
  );
});
