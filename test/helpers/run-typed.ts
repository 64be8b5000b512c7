import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../src/cli/main.ts";
import { type Context, processContext, type Stream } from "../../src/cli/session/context.ts";
import { bpftoolPath, run } from "./bpftools.ts";
import { waitFor } from "./compare.ts";
import { repositoryPath } from "./repository.ts";
import { Scratch } from "./scratch.ts";
import { wordsOf } from "./sessions.ts";
import { Tmux } from "./tmux.ts";

/** The sequence that a table begins with when it is drawn again. */
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

/** The terminal that documents are written for. */
const COLUMNS = 128;
const SCREEN_LINES = 9;

/** A folder in which somebody types commands, at a terminal of 128 columns, without colours. */
export class Terminal {
  readonly #folder: string;
  #status = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#putOnPath("ebpf-map", `exec ${process.execPath} ${repositoryPath("bin", "ebpf-map.js")} "$@"`);
    this.#putOnPath("bpftool", `exec ${bpftoolPath("7.8")} "$@"`);
  }

  /** Runs a command and returns the lines that it printed, errors among them. */
  async run(command: string): Promise<string[]> {
    const printed = (await this.#printed(command)).split(CLEAR_SCREEN).at(-1) ?? "";
    return printed === "" ? [] : printed.replace(/\r?\n$/, "").split(/\r?\n/);
  }

  /** Returns the screen of a command that takes it over, once `isReady` accepts it; then `q` ends the command. */
  async screen(command: string, isReady: (screen: string) => boolean): Promise<string[]> {
    using scratch = new Scratch();
    const tmux = new Tmux(scratch, { width: COLUMNS, height: SCREEN_LINES });
    tmux.run(`cd ${this.#folder}; clear; NO_COLOR=1 PATH=${join(this.#folder, ".bin")}:$PATH ${command}`);
    const lines = await waitFor(`the screen of ${command}`, async () => {
      const screen = tmux.screen();
      return isReady(screen) ? screen.trimEnd().split("\n") : undefined;
    });
    tmux.press("q");
    return lines;
  }

  /** Not through a shell where it isn't needed: that saves starting Node. */
  async #printed(command: string): Promise<string> {
    if (command === "echo $?") return `${this.#status}\n`;
    const words = wordsOf(command);
    if (words?.[0] === "ebpf-map") return this.#runHere(words.slice(1));
    const path = `${join(this.#folder, ".bin")}:${process.env.PATH}`;
    const variables = [`PATH=${path}`, "NO_COLOR=1", `HOME=${this.#folder}`];
    const shell = ["-C", this.#folder, ...variables, "bash", "-c", `{ ${command}\n} 2>&1`];
    const { stdout, status } = await run("env", shell);
    this.#status = status;
    return stdout.toString();
  }

  async #runHere(args: readonly string[]): Promise<string> {
    const chunks: Buffer[] = [];
    const stream = (isTerminal: boolean): Stream => ({
      isTerminal,
      // The writer uses its buffer again, so a copy is kept.
      write: (bytes) => chunks.push(Buffer.from(bytes)),
      columns: () => COLUMNS,
    });
    const interruption: Context["interruption"] = () => ({
      signal: new AbortController().signal,
      exitCode: undefined,
      [Symbol.dispose]() {},
    });
    const env = { NO_COLOR: "1", HOME: this.#folder };
    const before = process.cwd();
    process.chdir(this.#folder);
    try {
      const context = { ...processContext(), stdout: stream(true), stderr: stream(false), env, interruption };
      this.#status = await main(args, context);
    } finally {
      process.chdir(before);
    }
    return Buffer.concat(chunks).toString();
  }

  #putOnPath(name: string, script: string): void {
    const file = join(this.#folder, ".bin", name);
    mkdirSync(join(this.#folder, ".bin"), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
}
