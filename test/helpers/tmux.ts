import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Scratch } from "./scratch.ts";

/** A terminal that programs run in and that can be looked at: a tmux of its own, which goes with the scope. */
export class Tmux {
  readonly #socket: string;

  /** Commands are run by `shell`, a command line; when one ends the shell stays, with its prompt. */
  constructor(
    scratch: Scratch,
    size: { readonly width: number; readonly height: number },
    shell = "env PS1='prompt> ' sh",
  ) {
    this.#socket = join(scratch.folder, "tmux");
    scratch.own({ [Symbol.dispose]: () => this.#end() });
    const { width, height } = size;
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", `${width}`, "-y", `${height}`, shell);
  }

  /** Types text, then Enter. */
  run(command: string): void {
    this.type(command);
    this.#tmux("send-keys", "Enter");
  }

  /** Types text. */
  type(text: string): void {
    this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses keys, by tmux's names for them. */
  press(...keys: readonly string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  resize(width: number, height: number): void {
    this.#tmux("resize-window", "-x", `${width}`, "-y", `${height}`);
  }

  /** Returns the screen as it is now, lines without blanks at their ends; with `colours`, their sequences, too. */
  screen(colours = false): string {
    return this.#tmux("capture-pane", "-p", ...(colours ? ["-e"] : []));
  }

  /** From now on all that programs write goes into a file, too. */
  record(path: string): void {
    this.#tmux("pipe-pane", `cat >> ${path}`);
  }

  /** From now on programs may put texts into the clipboard, as in terminals that allow that. */
  allowClipboard(): void {
    this.#tmux("set-option", "-s", "set-clipboard", "on");
  }

  /** Returns the text that a program has put into the clipboard last. Throws if it is empty. */
  clipboard(): string {
    return this.#tmux("show-buffer");
  }

  /** Tells whether the screen of a program is shown, not that of the shell. */
  isAlternate(): boolean {
    return this.#tmux("display-message", "-p", "#{alternate_on}").trim() === "1";
  }

  /** Tells whether the cursor is visible. */
  hasCursor(): boolean {
    return this.#tmux("display-message", "-p", "#{cursor_flag}").trim() === "1";
  }

  /** The process that the shell is running now. Throws where there is none of that name. */
  child(name: string): number {
    const found = execFileSync("pgrep", ["-P", String(this.pid()), "-x", name], { encoding: "utf8" });
    return Number(found.trim());
  }

  /** The shell, or what has taken its place. */
  pid(): number {
    return Number(this.#tmux("display-message", "-p", "#{pane_pid}"));
  }

  /** Ends it, and waits until the shell is gone: one that still runs may write into the folder that is removed next. */
  #end(): void {
    try {
      const shell = this.pid();
      this.#tmux("kill-server");
      while (existsSync(`/proc/${shell}`)) execFileSync("sleep", ["0.01"]);
    } catch {
      // It has ended by itself.
    }
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", this.#socket, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
}
