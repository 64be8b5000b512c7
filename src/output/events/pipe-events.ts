import { hexLines } from "../../codec/bpftool/hex-lines.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { type EventBatch, RECORD_LOST, RECORD_SAMPLE } from "../../stream/event-batch.ts";
import { PERF_HEADER_SIZE } from "../../stream/perf/perf-records.ts";
import type { JsonWriter } from "../bpftool/json-writer.ts";
import { seconds } from "./text-events.ts";

/**
 * Prints perf records as `bpftool map event_pipe` does. `index` is their slot in the map, by default that of their CPU.
 */
export interface PipePrinter {
  print(batch: EventBatch, i: number, index: number | undefined): void;
  end(): void;
}

/** Returns the printer of plain output. */
export function plainPipe(out: OutputBuffer): PipePrinter {
  return {
    print(batch, i, index) {
      const { at, length, type, cpu, time } = recordAt(batch, i);
      if (type === RECORD_SAMPLE) {
        out.text(`== @${seconds(time)} CPU: ${cpu} index: ${index ?? cpu} =====\n`);
        out.text(`${hexLines(batch.bytes.subarray(at, at + length))}\n`);
      } else if (type === RECORD_LOST) {
        out.text(`lost ${lostCount(batch, at)} events\n`);
      } else {
        out.text(`unknown event type=${type} size=${length + PERF_HEADER_SIZE}\n`);
      }
    },
    end() {},
  };
}

/** Returns the printer of an array of objects. */
export function jsonPipe(json: JsonWriter): PipePrinter {
  json.open("[");
  return {
    print(batch, i, index) {
      const { at, length, type, cpu, time } = recordAt(batch, i);
      json.open("{").name("type").raw(`${type}`).name("cpu").raw(`${cpu}`);
      json.name("index").raw(`${index ?? cpu}`);
      if (type === RECORD_SAMPLE) {
        json.name("timestamp").raw(`${time}`);
        json.name("data").open("[");
        for (const byte of batch.bytes.subarray(at, at + length)) json.raw(`${byte}`);
        json.close("]");
      } else if (type === RECORD_LOST) {
        json
          .name("lost")
          .open("{")
          .name("id")
          .raw(`${batch.view.getBigUint64(at, true)}`);
        json
          .name("count")
          .raw(`${lostCount(batch, at)}`)
          .close("}");
      }
      json.close("}");
    },
    end() {
      json.close("]").end();
    },
  };
}

function recordAt(
  batch: EventBatch,
  i: number,
): { at: number; length: number; type: number; cpu: number; time: bigint } {
  const { at, length, type, cpu, time } = batch;
  return { at: at[i] ?? 0, length: length[i] ?? 0, type: type[i] ?? 0, cpu: cpu[i] ?? 0, time: time[i] ?? 0n };
}

/** Reads the count behind the id of the event. */
function lostCount(batch: EventBatch, at: number): bigint {
  return batch.view.getBigUint64(at + 8, true);
}
