import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { Turns } from "../../sdk/machine/interruptible.ts";
import { NewFile } from "../../snapshot/write/new-file.ts";
import type { RowStyle, RowsFormat } from "../rows/row-style.ts";
import type { Session } from "../session/session.ts";
import { asOutputFailure } from "./save/saving.ts";

/** The formats of files by the end of their names. */
const BY_ENDING: Readonly<Record<string, RowsFormat>> = {
  parquet: "parquet",
  arrow: "arrow",
  arrows: "arrow",
  ndjson: "ndjson",
  jsonl: "ndjson",
  json: "json",
  csv: "csv",
  yaml: "yaml",
  yml: "yaml",
};

/** Returns the format that the name of a file tells. */
export function formatOfFile(path: string): RowsFormat | undefined {
  const ending = /\.([a-z]+)$/.exec(path)?.[1] ?? "";
  return Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
}

/** The parts that a dump needs for a file: its output, and turns of the event loop, so that a signal can come in. */
export interface FileDump {
  readonly style: RowStyle;
  readonly turns: Turns;
}

/**
 * Runs a dump whose rows go to a file, which appears under its name when it is complete and on disk. A signal ends the
 * dump and, like a failure, leaves nothing behind.
 */
export async function dumpToFile(
  path: string,
  style: RowStyle,
  { context, options }: Session,
  dump: (dump: FileDump) => Promise<number>,
): Promise<number> {
  using interruption = context.interruption();
  try {
    const file = await NewFile.create(path, options.replaceFile, "write");
    try {
      const out = new OutputBuffer((bytes) => file.writeNow(bytes), { shown: style.out.shown });
      const turns = new Turns(() => interruption.signal.aborted, context.clock);
      const status = await dump({ style: { ...style, out, screen: FILE_SCREEN }, turns });
      out.flush();
      await turns.take();
      await file.commit();
      return status;
    } catch (error) {
      await file.discard();
      throw error;
    }
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw asOutputFailure(error);
  }
}

/** A file is no terminal, whatever stdout is. */
const FILE_SCREEN = { isTerminal: false, width: undefined, color: false } as const;
