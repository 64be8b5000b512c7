import type { ChildProcess } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Has a process make a file when it has begun to listen for SIGTERM. (Node itself catches it from its start, and ends.)
 */
function hookThatMakes(mark: string): string {
  return `
    process.on("newListener", (event) => {
      if (event === "SIGTERM") process.nextTick(() => require("node:fs").writeFileSync(${JSON.stringify(mark)}, ""));
    });`;
}

/** Tells when a program listens for SIGTERM, however long its start takes. */
export class Listening {
  /** The file that is there from then on. */
  readonly mark: string;
  /** Options of Node, without which it isn't told. */
  readonly options: readonly string[];

  /** Puts two files into a folder. */
  constructor(folder: string) {
    this.mark = join(folder, "listening");
    const hook = join(folder, "listening.cjs");
    writeFileSync(hook, hookThatMakes(this.mark));
    this.options = ["--require", hook];
  }

  /** Waits until the program listens, or has ended. */
  async begun(child: ChildProcess): Promise<void> {
    while (!existsSync(this.mark) && child.exitCode === null && child.signalCode === null) await sleep(10);
    rmSync(this.mark, { force: true });
  }
}
