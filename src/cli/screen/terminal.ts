import { guardTerminal } from "../../output/terminal/terminal-guard.ts";
import type { Stream } from "../session/context.ts";
import { type Key, keysIn } from "./keys.ts";

/** An event of the terminal: a key, or the screen has to be drawn anew (a new size, or back from the shell). */
export type TerminalEvent = { readonly kind: "key"; readonly key: Key } | { readonly kind: "redraw" };

/**
 * The alternate screen without a cursor. Mode 1007 makes the wheel send arrow keys: unlike with mouse reports, text can
 * still be selected with the mouse.
 */
const ENTER = "\x1b[?1049h\x1b[?1007h\x1b[?25l";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1007l\x1b[?1049l";
const SUSPEND: Key = "ctrl-z";
/** The time after which the process counts as not stopped: without job control nobody stops it. */
const NOT_STOPPED_MS = 200;

/** Terminals on which nothing can be drawn in place. */
const LINES_ONLY = ["", "dumb", "unknown", "emacs", "cons25", "network", "dialup"];

/** Tells whether a terminal has a screen to draw on, by the name of its kind in TERM. */
export function hasScreen(term: string | undefined): boolean {
  return !LINES_ONLY.includes(term ?? "");
}

/**
 * The terminal, as a screen of our own with keys that aren't shown. Disposed of, it is what it was before; so it is too
 * while the process is suspended (Ctrl-Z), and if it ends in any other way that Node hears of.
 */
export class Terminal implements Disposable {
  readonly #stdout: Stream;
  readonly #events: TerminalEvent[] = [];
  readonly #isRaw: boolean;
  #wake: (() => void) | undefined;
  #isOpen = true;
  /** The screen is the shell's for now. */
  #isSuspended = false;
  #timer: NodeJS.Timeout | undefined;
  /** The lines on the screen: only others are written. */
  #shown: readonly string[] = [];

  constructor(stdout: Stream) {
    this.#stdout = stdout;
    this.#isRaw = process.stdin.isTTY === true;
    process.once("exit", this.#restore);
    process.on("SIGTSTP", this.#suspend);
    process.on("SIGCONT", this.#resume);
    process.stdout.on("resize", this.#redraw);
    this.#take();
  }

  get width(): number {
    return Math.max(1, process.stdout.columns ?? 80);
  }

  get height(): number {
    return Math.max(1, process.stdout.rows ?? 24);
  }

  /** Shows lines, from the top, over what is there. In them a terminal finds nothing to obey but colours. */
  draw(lines: readonly string[]): void {
    if (this.#isSuspended) return;
    const safe = lines.map((line) => Buffer.from(guardTerminal(Buffer.from(line), true)).toString());
    let text = "";
    for (const [i, line] of safe.entries()) {
      if (line !== this.#shown[i]) text += `\x1b[${i + 1};1H${line}\x1b[0m\x1b[K`;
    }
    if (safe.length < this.#shown.length) text += `\x1b[${safe.length + 1};1H\x1b[J`;
    this.#shown = safe;
    if (text !== "") this.#write(text);
  }

  /** The next event, or undefined where none came in so many milliseconds or before the signal. */
  async event(milliseconds: number, signal: AbortSignal): Promise<TerminalEvent | undefined> {
    if (this.#events.length === 0 && !signal.aborted && milliseconds > 0) await this.#sleep(milliseconds, signal);
    return this.#events.shift();
  }

  /** One of these keys has been pressed and not been taken yet. */
  holds(...keys: Key[]): boolean {
    return this.#events.some((event) => event.kind === "key" && keys.includes(event.key));
  }

  /** Puts a text into the clipboard where the terminal allows programs to (OSC 52). */
  copy(text: string): void {
    this.#write(`\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`);
  }

  [Symbol.dispose](): void {
    this.#restore();
    process.off("exit", this.#restore);
    process.off("SIGTSTP", this.#suspend);
    process.off("SIGCONT", this.#resume);
    process.stdout.off("resize", this.#redraw);
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
    for (const key of keysIn(data.toString("utf8"))) {
      if (key === SUSPEND) this.#suspend();
      else this.#push({ kind: "key", key });
    }
  };

  readonly #redraw = (): void => {
    this.#shown = [];
    this.#push({ kind: "redraw" });
  };

  /** Gives the screen back and stops the processes of this job, as Ctrl-Z does where keys aren't taken. */
  readonly #suspend = (): void => {
    if (this.#isSuspended || !this.#isOpen) return;
    this.#isSuspended = true;
    this.#give();
    // Without a listener the signal stops the process.
    process.off("SIGTSTP", this.#suspend);
    process.kill(0, "SIGTSTP");
    this.#timer = setTimeout(this.#resume, NOT_STOPPED_MS);
  };

  /** Takes the screen again, also after a stop that nobody announced (SIGSTOP). */
  readonly #resume = (): void => {
    if (!this.#isOpen) return;
    clearTimeout(this.#timer);
    if (this.#isSuspended) process.on("SIGTSTP", this.#suspend);
    else this.#give();
    this.#isSuspended = false;
    this.#take();
    this.#redraw();
  };

  #take(): void {
    if (this.#isRaw) {
      process.stdin.setRawMode(true);
      process.stdin.on("data", this.#typed);
      process.stdin.resume();
    }
    this.#write(ENTER);
  }

  #give(): void {
    if (this.#isRaw) {
      process.stdin.off("data", this.#typed);
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    this.#write(LEAVE);
  }

  readonly #restore = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    if (!this.#isSuspended) this.#give();
  };

  #write(text: string): void {
    this.#stdout.write(Buffer.from(text));
  }
}
