import { guardTerminal } from "../../output/terminal/terminal-guard.ts";
import type { Stream } from "../session/context.ts";

/** An event of the terminal: a key as it is sent (`q`, `\r`, `\x1b[A`), or a new size of the window. */
export type TerminalEvent = { readonly kind: "key"; readonly key: string } | { readonly kind: "resize" };

const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
/** One key: an escape sequence, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are these characters
const KEY = /\x1b\[[\d;]*[A-Za-z~]|\x1bO.|[\s\S]/gu;

/**
 * The terminal, as a screen of our own with keys that aren't shown. Disposed of, it is what it was before; so it is too if
 * the process ends in any other way that Node hears of.
 */
export class Terminal implements Disposable {
  readonly #stdout: Stream;
  readonly #events: TerminalEvent[] = [];
  #wake: (() => void) | undefined;
  #isOpen = true;
  readonly #isRaw: boolean;

  constructor(stdout: Stream) {
    this.#stdout = stdout;
    this.#isRaw = process.stdin.isTTY === true;
    process.once("exit", this.#restore);
    process.stdout.on("resize", this.#resized);
    if (this.#isRaw) {
      process.stdin.setRawMode(true);
      process.stdin.on("data", this.#typed);
      process.stdin.resume();
    }
    this.#write(ENTER);
  }

  get width(): number {
    return Math.max(1, process.stdout.columns ?? 80);
  }

  get height(): number {
    return Math.max(1, process.stdout.rows ?? 24);
  }

  /** Shows lines, from the top, over what is there. In them a terminal finds nothing to obey but colours. */
  draw(lines: readonly string[]): void {
    const safe = lines.map((line) => Buffer.from(guardTerminal(Buffer.from(line), true)).toString());
    this.#write(`\x1b[H${safe.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`);
  }

  /** The next event, or undefined where none came in so many milliseconds or before the signal. */
  async event(milliseconds: number, signal: AbortSignal): Promise<TerminalEvent | undefined> {
    if (this.#events.length === 0 && !signal.aborted && milliseconds > 0) await this.#sleep(milliseconds, signal);
    return this.#events.shift();
  }

  /** One of these keys has been pressed and not been taken yet. */
  holds(...keys: string[]): boolean {
    return this.#events.some((event) => event.kind === "key" && keys.includes(event.key));
  }

  [Symbol.dispose](): void {
    this.#restore();
    process.off("exit", this.#restore);
  }

  #sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener("abort", done);
      this.#wake = done;
    });
  }

  #push(event: TerminalEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  readonly #typed = (data: Buffer): void => {
    for (const [key] of data.toString("utf8").matchAll(KEY)) this.#push({ kind: "key", key });
  };

  readonly #resized = (): void => {
    this.#push({ kind: "resize" });
  };

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.stdout.off("resize", this.#resized);
    if (this.#isRaw) {
      process.stdin.off("data", this.#typed);
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    this.#write(LEAVE);
  };

  #write(text: string): void {
    this.#stdout.write(Buffer.from(text));
  }
}
