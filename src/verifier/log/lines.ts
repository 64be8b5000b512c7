/** The most that is kept of a line. Everything that a kernel prints on one is far shorter. */
const MAX_LINE = 16 * 1024;
/** The most of a line without an end that is gathered before it is looked at. */
const WINDOW = 256 * 1024;
/** A log that a program printed with `%q`, `%+v` or as JSON: its lines stand on one, and this separates them. */
const ESCAPED_LINE = /\\n(?:\\t|\s)*(?:\d+: (?:\([0-9a-f]{2}\)|R\d)|; |processed \d|from \d|Validating )/;

const NEW_LINE = 10;

/**
 * Cuts bytes into lines and hands them on, one after the other. It never holds more than a window of one line: what a
 * longer line has more is dropped, unless it is a whole log with its line ends spelled `\n`, which is cut at those.
 * The lines are Latin-1, a character a byte, since all but source text is ASCII; {@link textOf} gives their text.
 */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #carry: Buffer[] = [];
  #carried = 0;
  #dropping = false;
  #escaped = false;
  /** Lines whose end was dropped. */
  cutLines = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEW_LINE); end >= 0; end = buffer.indexOf(NEW_LINE, start)) {
      if (this.#carried === 0 && !this.#dropping && end - start < WINDOW)
        this.#line(buffer.toString("latin1", start, end));
      else this.#endCarried(buffer.subarray(start, end));
      start = end + 1;
    }
    if (start < buffer.length) this.#carryOn(buffer.subarray(start));
  }

  /** The last line needs no line end. */
  end(): void {
    if (this.#carried > 0 || this.#dropping) this.#endCarried(Buffer.alloc(0));
  }

  #endCarried(rest: Buffer): void {
    this.#carryOn(rest);
    const line = this.#taken();
    if (!this.#dropping) this.#line(line);
    this.#dropping = false;
    this.#escaped = false;
  }

  #carryOn(bytes: Buffer): void {
    for (let start = 0; start < bytes.length && !this.#dropping; start += WINDOW) {
      // A copy, since the caller may fill its buffer anew.
      const piece = Buffer.from(bytes.subarray(start, start + WINDOW));
      this.#carry.push(piece);
      this.#carried += piece.length;
      if (this.#carried >= WINDOW) this.#shorten();
    }
  }

  /** Hands on what can be of a line that is still without an end. */
  #shorten(): void {
    const text = this.#taken();
    const last = text.lastIndexOf("\\n");
    this.#escaped ||= ESCAPED_LINE.test(text);
    if (!this.#escaped || last < 0) {
      this.#dropping = true;
      this.#line(text);
      return;
    }
    this.#pieces(text.slice(0, last));
    const rest = Buffer.from(text.slice(last), "latin1");
    if (rest.length >= MAX_LINE) return;
    this.#carry = [rest];
    this.#carried = rest.length;
  }

  #taken(): string {
    const text = this.#carry.length === 0 ? "" : Buffer.concat(this.#carry).toString("latin1");
    this.#carry = [];
    this.#carried = 0;
    return text;
  }

  #line(line: string): void {
    if (this.#escaped || (line.includes("\\n") && ESCAPED_LINE.test(line))) this.#pieces(line);
    else this.#emit(line);
  }

  #pieces(line: string): void {
    for (const piece of line.split(/(?<!\\)\\n/)) this.#emit(unescaped(piece));
  }

  #emit(line: string): void {
    if (line.length > MAX_LINE) this.cutLines += 1;
    this.#onLine(line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line);
  }
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(["\\tr])/g, (_, char: string) => (char === "t" ? "\t" : char === "r" ? "" : char));
}

/** The text of a line, whose characters are the bytes of UTF-8. */
export function textOf(line: string): string {
  return /[\x80-\xff]/.test(line) ? Buffer.from(line, "latin1").toString("utf8") : line;
}
