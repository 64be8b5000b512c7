import { setImmediate, setTimeout } from "node:timers/promises";
import { EbpfMapError } from "../../errors.ts";
import { HEADER_START, MAX_WHOLE_LINE, TRAILER_START } from "../format.ts";
import { Malformed } from "../malformed.ts";
import { SnapshotFile } from "../read/snapshot-file.ts";
import { Spool } from "../read/spool.ts";
import { EventLines } from "./event-lines.ts";

const NEWLINE = 0x0a;
/** The bytes at the start of a line that tell what it is. */
const HEAD = 64;
/** Events of one read come at once. */
const QUIET_MS = 50;

/**
 * The possible beginnings of bpftool's JSON: entries or maps in an array, what `map show` and `btf dump` print, an
 * error, `null` for its usage.
 */
const PRINTED = /^(?:\xef\xbb\xbf)?\s*(?:\[\s*(?:$|[{\]])|\{\s*(?:$|"(?:id|types|error)")|null\b)/;

/** The parts that a stream has to consist of. */
export const STATES_WANTED = 'snapshots, JSON of "bpftool map dump" or events of "watch", one after another';

/** The kinds of streams: sections of snapshots, JSON of bpftool, events of `watch`. */
type Kind = "snapshot" | "printed" | "events";

/**
 * Splits a stream that doesn't end into the states of maps that follow each other in it, each a file to be released: a
 * section of a snapshot; what bpftool has printed of a map, a document on a line or a pretty one; or the entries after
 * the events of one read that `watch` has printed. Memory is bounded by a state that is kept, and by events' entries.
 * Throws FILE, and SNAPSHOT_INVALID for lines of another kind.
 */
export async function* statesIn(
  stream: AsyncIterable<Uint8Array>,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<SnapshotFile> {
  const splitter = new StateSplitter(path);
  using _ = destroyedOnAbort(stream, signal);
  if (signal.aborted) return;
  try {
    for await (const bytes of withPauses(stream)) {
      if (bytes === undefined) yield* splitter.pause();
      else yield* splitter.take(bytes);
    }
    yield* splitter.end();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Malformed)) throw error;
    throw new EbpfMapError("SNAPSHOT_INVALID", `read the states in ${path}: line ${splitter.line}: ${error.message}`, {
      path,
    });
  } finally {
    splitter.close();
  }
}

/** A pipe is waited for without an end: closing it is the only way out. */
function destroyedOnAbort(stream: AsyncIterable<Uint8Array>, signal: AbortSignal): Disposable {
  const destroy = (): void => {
    if ("destroy" in stream && typeof stream.destroy === "function") stream.destroy();
  };
  if (signal.aborted) destroy();
  signal.addEventListener("abort", destroy);
  return { [Symbol.dispose]: () => signal.removeEventListener("abort", destroy) };
}

/** The pieces of a stream, and undefined where it pauses behind one. */
async function* withPauses(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  const pieces = stream[Symbol.asyncIterator]();
  for (let isPaused = true; ; ) {
    const next = pieces.next();
    // It is waited for twice, and an error is told by the second one.
    next.catch(() => undefined);
    const stop = new AbortController();
    if (!isPaused) {
      const quiet = quietTime(stop.signal).catch(() => undefined);
      if ((await Promise.race([next, quiet])) === "quiet") yield undefined;
    }
    const { done, value } = await next.finally(() => stop.abort());
    if (done === true) return;
    isPaused = false;
    yield value;
  }
}

/** The time in which a stream goes on. What came while this process stood still is read before it is over. */
async function quietTime(signal: AbortSignal): Promise<"quiet"> {
  await setTimeout(QUIET_MS, undefined, { signal });
  return await setImmediate("quiet", { signal });
}

class StateSplitter {
  /** The number of the current line. */
  line = 1;
  readonly #path: string;
  #spool: Spool | undefined;
  #kind: Kind | undefined;
  readonly #events = new EventLines();
  /** The first bytes of the line, and its last one that is no white space. */
  readonly #head: Buffer = Buffer.alloc(HEAD);
  #headLength = 0;
  #last = 0;
  /** The pieces of a line of events, or of a line that isn't known yet. */
  #pieces: Uint8Array[] = [];
  #piecesLength = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async *take(bytes: Uint8Array): AsyncGenerator<SnapshotFile> {
    for (let from = 0; from < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline < 0 ? bytes.length : newline + 1;
      await this.#add(bytes.subarray(from, end));
      from = end;
      if (newline >= 0) yield* this.#endLine();
    }
  }

  /** Nothing has come for a while. */
  async *pause(): AsyncGenerator<SnapshotFile> {
    const state = await this.#events.state(this.#path);
    if (state !== undefined) yield await SnapshotFile.of(state, this.#path);
  }

  /** Yields the rest: a state that was cut, which its reader notices. */
  async *end(): AsyncGenerator<SnapshotFile> {
    if (this.#headLength > 0) yield* this.#endLine();
    yield* this.pause();
    if (this.#spool !== undefined) yield await this.#file();
  }

  close(): void {
    this.#spool?.close();
  }

  async #add(bytes: Uint8Array): Promise<void> {
    const head = bytes.subarray(0, HEAD - this.#headLength);
    this.#head.set(head, this.#headLength);
    this.#headLength += head.length;
    let last = bytes.length - 1;
    while (last >= 0 && (bytes[last] as number) <= 0x20) last--;
    if (last >= 0) this.#last = bytes[last] as number;
    if (this.#kind === undefined && this.#headLength === HEAD) this.#kind = this.#kindOfLine();
    if (this.#kind === "snapshot" || this.#kind === "printed") return await this.#spoolPieces(bytes);
    this.#pieces.push(Uint8Array.from(bytes));
    this.#piecesLength += bytes.length;
    if (this.#piecesLength > MAX_WHOLE_LINE) throw new Malformed(`it has more than ${MAX_WHOLE_LINE} bytes`);
  }

  async #spoolPieces(bytes: Uint8Array): Promise<void> {
    this.#spool ??= new Spool(this.#path);
    for (const piece of this.#takePieces()) await this.#spool.add(piece);
    await this.#spool.add(bytes);
  }

  #takePieces(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#piecesLength = 0;
    return pieces;
  }

  #headText(): string {
    return this.#head.toString("latin1", 0, this.#headLength);
  }

  #kindOfLine(): Kind {
    const text = this.#headText();
    if (text.startsWith("\x1f\x8b")) throw new Malformed("it is compressed (put zcat before this program)");
    if (text.startsWith(HEADER_START)) return "snapshot";
    if (/^\{\s*"(?:key|values?|formatted)"/.test(text))
      throw new Malformed(
        "it is an entry, and nothing tells where those of a read end (they have to stand in an array)",
      );
    if (text.startsWith(EventLines.START)) return "events";
    if (!PRINTED.test(text)) throw new Malformed(`it is no state of a map (wanted: ${STATES_WANTED})`);
    return "printed";
  }

  async *#endLine(): AsyncGenerator<SnapshotFile> {
    const text = this.#headText();
    const isBlank = text.trim() === "";
    if (!isBlank) this.#kind ??= this.#kindOfLine();
    if (this.#kind === "events") {
      yield* this.#endEvent();
      this.#kind = undefined;
    } else if (this.#kind === undefined) this.#takePieces();
    else {
      await this.#spoolPieces(new Uint8Array(0));
      if (this.#isEnd(text)) yield await this.#file();
    }
    this.#headLength = 0;
    this.#last = 0;
    this.line++;
  }

  /** An event of a later read ends the state before it. */
  async *#endEvent(): AsyncGenerator<SnapshotFile> {
    const line = Buffer.concat(this.#takePieces());
    if (this.#events.isOfNextRead(line)) yield* this.pause();
    this.#events.add(line);
  }

  /** Tells whether a state ends with this line. A pretty document has its outer brackets at the start of lines. */
  #isEnd(text: string): boolean {
    if (this.#kind === "snapshot") return text.startsWith(TRAILER_START);
    const first = text.charAt(0);
    const isDescription = /^\{\s*"(?:id|types)"/.test(text);
    return !isDescription && !/\s/.test(first) && !"{[,:".includes(String.fromCharCode(this.#last));
  }

  async #file(): Promise<SnapshotFile> {
    const spool = this.#spool as Spool;
    this.#spool = undefined;
    this.#kind = undefined;
    return await SnapshotFile.of(spool, this.#path);
  }
}
