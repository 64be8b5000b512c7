import type { Readable } from "node:stream";
import { ShownText, type TextMode } from "../../codec/text/shown-text.ts";
import type { Queried } from "../query/compile.ts";
import type { AnyQuery } from "../query/query-options.ts";
import { keptEntries } from "../query/read-source.ts";
import { byteStream } from "./byte-stream.ts";
import type { Read } from "./read.ts";
import type { StreamFormat } from "./stream-format.ts";

/** A format, and what goes with it. */
interface Formatting {
  readonly format: StreamFormat;
  readonly csvSafe: boolean | undefined;
  readonly text: TextMode | undefined;
  readonly note: ((line: string) => void) | undefined;
}

/** A stream of the bytes of a query's rows in a format. */
export function formattedStream(
  queried: Queried,
  read: Read,
  asked: AnyQuery,
  { format, csvSafe, text, note = () => undefined }: Formatting,
): Readable {
  const { map, rows } = queried;
  return byteStream(
    map,
    read,
    (batch) => keptEntries(rows.keep(batch), map, rows.wanted(asked.where)),
    async (source, out) => {
      const { writeMap } = await import("./write-map.ts");
      await writeMap(source, format, out, { queried, asked, csvSafe, note });
    },
    new ShownText(text),
  );
}
