import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { waitFor } from "./compare.ts";
import { repositoryPath } from "./repository.ts";
import type { Scratch } from "./scratch.ts";
import { Tmux } from "./tmux.ts";

/** Longer than a terminal waits between two parts of a screen that are written at once. */
const DRAWN_MS = 100;
const COMMAND = repositoryPath("bin", "ebpf-map.js");

/** A shell in a terminal in which ebpf-map runs, as a person would use it. */
export class TerminalSession {
  readonly tmux: Tmux;

  private constructor(tmux: Tmux) {
    this.tmux = tmux;
  }

  static async open(
    scratch: Scratch,
    size: { readonly width: number; readonly height: number },
  ): Promise<TerminalSession> {
    const session = new TerminalSession(new Tmux(scratch, size));
    await session.screen("prompt>");
    return session;
  }

  /** The screen, as soon as it has all of these. */
  async screen(...texts: readonly (string | RegExp)[]): Promise<string> {
    return await this.#shown(texts, false);
  }

  /** The screen that has all of these when it is no longer being drawn: two looks at it see the same. */
  async drawn(...texts: readonly (string | RegExp)[]): Promise<string> {
    return await waitFor("the screen to be drawn", async () => {
      const shown = await this.screen(...texts);
      await sleep(DRAWN_MS);
      return this.tmux.screen() === shown ? shown : undefined;
    });
  }

  /** The screen with the sequences of its colours, as soon as it has all of these. */
  async painted(...texts: readonly (string | RegExp)[]): Promise<string> {
    return await this.#shown(texts, true);
  }

  async #shown(texts: readonly (string | RegExp)[], colours: boolean): Promise<string> {
    let shown = "";
    const found = waitFor(`a screen with ${texts.join(", ")}`, async () => {
      shown = this.tmux.screen(colours);
      const has = (text: string | RegExp): boolean =>
        typeof text === "string" ? shown.includes(text) : text.test(shown);
      return texts.every(has) ? shown : undefined;
    });
    return await found.catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : error}, not\n${shown}`);
    });
  }

  /** Starts ebpf-map with these words; its exit status is printed behind it. */
  start(words: string, environment = ""): void {
    this.tmux.run(`${environment} ${process.execPath} ${COMMAND} ${words}; echo status $?`);
  }

  press(...keys: readonly string[]): void {
    this.tmux.press(...keys);
  }

  /** Types text as it is. */
  type(text: string): void {
    this.tmux.press("-l", text);
  }

  /** The program has ended with this status, and the terminal is as it was. */
  async expectEnd(status: number): Promise<string> {
    const shown = await this.screen(`status ${status}\nprompt>`);
    await this.expectRestored();
    return shown;
  }

  /** The terminal is the shell's: its own screen, a cursor, lines with an echo. */
  async expectRestored(): Promise<void> {
    expect(this.tmux.isAlternate()).toBe(false);
    expect(this.tmux.hasCursor()).toBe(true);
    // The two alone: all that stty tells needs more lines than a narrow screen has.
    this.tmux.run("clear; stty -a | tr '\\n' ' ' | grep -oE ' -?(icanon|echo) '; echo checked");
    expect(await this.screen(/^checked$/m)).toMatch(/^ icanon$[\s\S]*^ echo$/m);
  }
}
