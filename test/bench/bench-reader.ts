import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** Before other work of the machine, which is not what is measured. */
const NICE = ["nice", "-n", "-20"];

/** A command that reads events, on one CPU. Dies with its scope. */
export class BenchReader implements Disposable {
  readonly #child: ChildProcess;
  #stderr = "";

  constructor(command: readonly string[], cpu: number, stdout: number) {
    const [file = "", ...args] = [...NICE, "taskset", "-c", String(cpu), ...command];
    this.#child = spawn(file, args, { stdio: ["ignore", stdout, "pipe"] });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString("latin1");
    });
  }

  /** What is mapped into its memory. */
  maps(): string {
    return this.#proc("maps");
  }

  /** Seconds of CPU that it has had. */
  cpuSeconds(): number {
    const threads = readdirSync(`/proc/${this.#child.pid}/task`);
    const nanoseconds = threads.map((id) => Number(this.#proc(`task/${id}/schedstat`).split(" ")[0]));
    return nanoseconds.reduce((a, b) => a + b, 0) / 1e9;
  }

  /** Memory of its own, in MiB: pages of a ring buffer are the kernel's. */
  ownMemory(): number {
    const kilobytes = /^RssAnon:\s+(\d+)/m.exec(this.#proc("status"))?.[1];
    return Math.round(Number(kilobytes) / 1024);
  }

  /** Ends it as Ctrl-C does; returns what it said on stderr. */
  async end(): Promise<string> {
    const closed = once(this.#child, "close");
    this.#child.kill("SIGINT");
    await closed;
    return this.#stderr;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }

  #proc(file: string): string {
    return readFileSync(`/proc/${this.#child.pid}/${file}`, "latin1");
  }
}
