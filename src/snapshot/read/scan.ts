import { createHash, type Hash } from "node:crypto";
import { EbpfMapError } from "../../errors.ts";
import {
  HEADER_START,
  lineLimit,
  MAX_HEADER_BYTES,
  MAX_WHOLE_LINE,
  type SnapshotHeader,
  snapshotShape,
  TRAILER_START,
} from "../format.ts";
import { parseSnapshotHeader } from "../header-json.ts";
import { Malformed, placed } from "../malformed.ts";
import { openInput } from "./byte-input.ts";
import { LineWindow } from "./line-window.ts";
import type { SnapshotFile } from "./snapshot-file.ts";

/** The position of a section, and its header. */
export interface Section {
  readonly header: SnapshotHeader;
  /** The number of the header line in the file, from 1. */
  readonly line: number;
  /** The start of the line behind the header, in uncompressed bytes. */
  readonly bodyOffset: number;
  /** The state of the section's checksum behind the header: to be copied, not updated. */
  readonly hash: Hash;
}

/**
 * Finds the sections of a snapshot. It goes through the whole file once but looks at no more of a line than where it
 * ends and how it begins, which costs a fraction of reading it; so it is known from the start how many maps there are,
 * and a file that was cut off is refused before anyone has printed half of it. All else is checked when the entries
 * are read.
 */
export async function scanSections(file: SnapshotFile): Promise<readonly Section[]> {
  using input = openInput(file, 0);
  const scan = new Scan(new LineWindow(input, 0));
  try {
    if (!(await scan.isSnapshot())) throw notSnapshot(file.path);
    return await scan.run();
  } catch (error) {
    throw placed(error, file.path, scan.line);
  }
}

function notSnapshot(path: string): EbpfMapError {
  const message = `read snapshot ${path}: it is not an ebpf-map snapshot`;
  return new EbpfMapError("SNAPSHOT_INVALID", message, { path, line: 1 });
}

class Scan {
  /** The number of the current line. */
  line = 1;
  readonly #window: LineWindow;
  readonly #sections: Section[] = [];
  #headerBytes = 0;
  /** The longest line that may come; undefined where a header must come. */
  #limit: number | undefined;

  constructor(window: LineWindow) {
    this.#window = window;
  }

  async isSnapshot(): Promise<boolean> {
    while (this.#window.end < HEADER_START.length && (await this.#window.fill())) {}
    return this.#window.startsWith(HEADER_START);
  }

  async run(): Promise<readonly Section[]> {
    const window = this.#window;
    for (;;) {
      const end = window.lineEnd(this.#limit ?? MAX_HEADER_BYTES - this.#headerBytes);
      if (end >= 0) {
        if (window.dropped === 0) this.#see(end);
        window.next(end);
        this.line++;
      } else if (!(await this.#more())) {
        this.#checkEnd();
        return this.#sections;
      }
    }
  }

  /** Gets more of a line. Of an entry the rest doesn't matter, so that even the longest one takes no memory. */
  async #more(): Promise<boolean> {
    const window = this.#window;
    if (this.#limit !== undefined) {
      if (this.#isEntry()) window.drop();
      if (window.end - window.start > MAX_WHOLE_LINE) throw new Malformed("it is too long for a trailer");
    }
    return await window.fill();
  }

  #isEntry(): boolean {
    const { dropped, start, end } = this.#window;
    if (dropped > 0) return true;
    return (
      end - start >= HEADER_START.length &&
      !this.#window.startsWith(TRAILER_START) &&
      !this.#window.startsWith(HEADER_START)
    );
  }

  #see(end: number): void {
    if (this.#limit === undefined) this.#addSection(end);
    else if (this.#window.startsWith(TRAILER_START)) this.#limit = undefined;
    else if (this.#window.startsWith(HEADER_START))
      throw new Malformed("a map begins, but the one before has no trailer");
  }

  #addSection(end: number): void {
    const window = this.#window;
    if (!window.startsWith(HEADER_START)) throw new Malformed("what follows the trailer is not a header");
    this.#headerBytes += end - window.start;
    const header = parseSnapshotHeader(window.text(end));
    const hash = createHash("sha256").update(window.bytes.subarray(window.start, end + 1));
    const bodyOffset = window.offset + end + 1 - window.start;
    this.#sections.push({ header, line: this.line, bodyOffset, hash });
    this.#limit = lineLimit(snapshotShape(header.map, header.possibleCpus));
  }

  #checkEnd(): void {
    const { dropped, start, end } = this.#window;
    if (dropped + end - start > 0) throw new Malformed("the file ends within it (truncated)");
    if (this.#limit !== undefined) throw new Malformed("the file ends before the trailer (truncated)");
  }
}
