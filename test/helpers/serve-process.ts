import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { repositoryPath } from "./repository.ts";

/** One that doesn't listen by then is ended. */
const LONGEST_START_MS = 20_000;

/** `ebpf-map serve` in a process of its own, at a free port of this machine. */
export class ServeProcess {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The lines of its log so far. */
  readonly lines: readonly string[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string, lines: readonly string[]) {
    this.#child = child;
    this.address = address;
    this.lines = lines;
  }

  /** Starts it, and waits until it listens. */
  static async start(...flags: readonly string[]): Promise<ServeProcess> {
    const words = [repositoryPath("bin", "ebpf-map.js"), "serve", "--listen", "127.0.0.1:0", ...flags];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
    if (child.stderr === null) throw new Error("no stderr");
    const lines: string[] = [];
    const late = setTimeout(() => child.kill("SIGKILL"), LONGEST_START_MS);
    const address = await new Promise<string>((resolve, reject) => {
      const log = createInterface(child.stderr);
      log.on("line", (line) => {
        lines.push(line);
        const found = /listening.*?(127\.0\.0\.1:\d+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      log.on("close", () => reject(new Error(`serve has ended before it listened: ${lines.join("\n")}`)));
    }).finally(() => clearTimeout(late));
    return new ServeProcess(child, address, lines);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it with a signal, and returns its status, or the signal that ended it. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<readonly [number | null, NodeJS.Signals | null]> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode];
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    const [status, endedBy] = await ended;
    return [status, endedBy];
  }
}
