import { entryParts } from "../bpftool/entry-parts.ts";
import { ValueScan } from "../bpftool/value-scan.ts";
import { Malformed } from "../malformed.ts";
import { Spool } from "../read/spool.ts";

const START = '{"time":"';
const LINE = /^\{"time":"(\d{4}-\d\d-\d\dT[\d:.]+Z)","event":"(added|changed|removed)"/;
/** The most memory that entries may take, as text: more than any watch follows. */
const MAX_TEXT = 256 * 1024 * 1024;
/** The approximate memory that a map of JavaScript needs for an entry. */
const ENTRY_BYTES = 100;
/** Texts are joined up to this length before they are kept. */
const JOINED = 65_536;

/** The entries of a map as the events of `watch` tell them: JSON of keys and values, as it was printed. */
export class EventLines {
  static readonly START: string = START;
  readonly #entries = new Map<string, string>();
  #time: string | undefined;
  #isChanged = false;
  #size = 0;
  readonly #maxText: number;

  /** `maxText` is what entries may take in memory, in bytes. */
  constructor(maxText: number = MAX_TEXT) {
    this.#maxText = maxText;
  }

  /** Tells whether the event is of another read than those that came since the last state. */
  isOfNextRead(line: Buffer): boolean {
    return this.#isChanged && timeOf(line) !== this.#time;
  }

  /** Takes an event. Throws Malformed. */
  add(line: Buffer): void {
    const [, time, event] = LINE.exec(line.toString("latin1", 0, 128)) ?? [];
    if (time === undefined) throw new Malformed("it is no event of watch (added, changed or removed)");
    const end = line.lastIndexOf("}");
    const { key, value } = entryParts(line, 0, end + 1);
    if (value < 0) throw new Malformed("an event has no value (one of watch without --select has)");
    const keyText = key < 0 ? "" : textAt(line, key, end);
    const entry = `{${key < 0 ? "" : `"key":${keyText},`}"value":${textAt(line, value, end)}}`;
    this.#replace(keyText, event === "removed" ? undefined : entry);
    this.#time = time;
    this.#isChanged = true;
  }

  #replace(key: string, entry: string | undefined): void {
    const sizeOf = (text: string | undefined): number =>
      text === undefined ? 0 : key.length + text.length + ENTRY_BYTES;
    this.#size += sizeOf(entry) - sizeOf(this.#entries.get(key));
    if (entry === undefined) this.#entries.delete(key);
    else this.#entries.set(key, entry);
    if (this.#size > this.#maxText) {
      throw new Malformed(`the entries of its events need more than ${this.#maxText} bytes (filter them there)`);
    }
  }

  /** The entries as they are now, as bpftool would print what they mean; undefined if nothing has come since. */
  async state(path: string): Promise<Spool | undefined> {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    const spool = new Spool(path, Date.parse(this.#time ?? ""));
    let text = "[";
    let isFirst = true;
    for (const entry of this.#entries.values()) {
      text += isFirst ? entry : `,${entry}`;
      isFirst = false;
      if (text.length < JOINED) continue;
      await spool.add(Buffer.from(text, "latin1"));
      text = "";
    }
    await spool.add(Buffer.from(`${text}]`, "latin1"));
    return spool;
  }
}

function timeOf(line: Buffer): string | undefined {
  return LINE.exec(line.toString("latin1", 0, 128))?.[1];
}

/** The bytes of a value, each a character. */
function textAt(line: Buffer, at: number, end: number): string {
  return line.toString("latin1", at, at + new ValueScan().length(line, at, end, true));
}
