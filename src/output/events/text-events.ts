import { hexByte } from "../../codec/bpftool/hex-lines.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { EventBatch } from "../../stream/event-batch.ts";
import type { EventPrinter } from "./printer.ts";

const LINE = 16;

/**
 * Prints events as bytes for people: a line with number, time, CPU and size, then the bytes in hexadecimal and as
 * ASCII, with a dot for anything unprintable.
 *
 *     #1 @21.000417395 cpu 0, 20 bytes
 *     0000  07 00 00 00 00 00 00 00  77 6f 72 6b 65 72 2d 37  |........worker-7|
 *     0010  00 00 00 00                                       |....|
 */
export class TextEvents implements EventPrinter {
  readonly #out: OutputBuffer;
  readonly #perf: boolean;
  #number = 0;

  constructor(out: OutputBuffer, perf: boolean) {
    this.#out = out;
    this.#perf = perf;
  }

  print(batch: EventBatch, i: number): void {
    const at = batch.at[i] ?? 0;
    const length = batch.length[i] ?? 0;
    this.#number += 1;
    const stamp = this.#perf ? ` @${seconds(batch.time[i] ?? 0n)} cpu ${batch.cpu[i]},` : "";
    this.#out.text(`#${this.#number}${stamp} ${length} byte${length === 1 ? "" : "s"}\n`);
    for (let from = 0; from < length; from += LINE) {
      this.#out.text(line(batch.bytes.subarray(at + from, at + Math.min(length, from + LINE)), from));
    }
  }

  end(): void {}
}

/** Returns nanoseconds as seconds: `21.000417395`. */
export function seconds(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${(ns % 1_000_000_000n).toString().padStart(9, "0")}`;
}

function line(bytes: Uint8Array, offset: number): string {
  let hex = "";
  let ascii = "";
  for (const [i, byte] of bytes.entries()) {
    hex += `${i === LINE / 2 ? "  " : " "}${hexByte(byte)}`;
    ascii += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : ".";
  }
  return `${offset.toString(16).padStart(4, "0")} ${hex.padEnd(3 * LINE + 1)}  |${ascii}|\n`;
}
