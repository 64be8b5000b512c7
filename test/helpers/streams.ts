import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { EventBatch } from "../../src/stream/event-batch.ts";
import type { EventSource } from "../../src/stream/event-source.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { openPinnedMap } from "./bpf.ts";
import { bpftoolPath, type Run, run } from "./bpftools.ts";
import { loadObject } from "./objects.ts";
import { repositoryPath } from "./repository.ts";
import type { Scratch } from "./scratch.ts";

const EMIT_TIMEOUT_MS = 60_000;

/** Bytes of an event that `test/kernel/fixtures/streams.bpf.c` sends. */
export const EVENT_SIZE = 48;

const kernel = new LinuxKernel();

/** The loaded fixture. */
export interface Streams {
  /** Runs a program so many times, on one CPU if asked; returns what it returned the last time. */
  readonly emit: (program: string, times: number, cpu?: number) => Promise<number>;
  /** Sets how many nanoseconds the paced programs let pass between two events. */
  readonly setInterval: (ns: number) => void;
  /** The path of a pinned map. */
  readonly map: (name: "ring" | "large_ring" | "pipe" | "counts") => string;
  readonly mapId: (name: "ring" | "large_ring" | "pipe" | "counts") => number;
  /** Events that there was no room, or no reader, for. */
  readonly dropped: () => number;
}

/** Loads the fixture in a scope. */
export async function loadStreams(scratch: Scratch): Promise<Streams> {
  await loadObject(scratch, "streams");
  const packet = join(scratch.folder, "packet");
  const setInterval = (ns: number): void => {
    const bytes = Buffer.alloc(64);
    bytes.writeUInt32LE(ns, 14);
    writeFileSync(packet, bytes);
  };
  setInterval(0);
  const map = (name: string): string => join(scratch.pins, "streams_maps", name);
  return {
    map,
    setInterval,
    async emit(program, times, cpu) {
      const pin = join(scratch.pins, "streams_programs", program);
      const args = ["-j", "prog", "run", "pinned", pin, "data_in", packet, "repeat", String(times)];
      const bpftool = bpftoolPath("7.8");
      const command = cpu === undefined ? [bpftool] : ["nice", "-n", "-20", "taskset", "-c", String(cpu), bpftool];
      const [file = "", ...before] = command;
      const { stdout, stderr, status } = await run(file, [...before, ...args], EMIT_TIMEOUT_MS);
      const returned = /"retval":(\d+)/.exec(stdout.toString())?.[1];
      if (status !== 0 || returned === undefined) throw new Error(`run ${program}: ${stdout}${stderr}`);
      return Number(returned);
    },
    mapId(name) {
      using fd = openPinnedMap(map(name));
      return kernel.mapInfo(fd).id;
    },
    dropped() {
      using fd = openPinnedMap(map("counts"));
      const count = Buffer.alloc(8);
      kernel.lookup(fd, Uint8Array.of(1, 0, 0, 0), count);
      return Number(count.readBigUInt64LE());
    },
  };
}

/** The first 8 bytes of each event there is now: its number. */
export function readSequence(source: EventSource, batch: EventBatch = new EventBatch(1024)): number[] {
  const numbers: number[] = [];
  while (source.read(batch) > 0) {
    for (let i = 0; i < batch.count; i++) numbers.push(Number(batch.view.getBigUint64(batch.at[i] ?? 0, true)));
  }
  return numbers;
}

/** A program that runs until it is told to end. Dies with its scope. */
export class Background implements Disposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<Run>;
  #stdout = "";
  #stderr = "";

  constructor(file: string, args: readonly string[]) {
    this.#child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#stdout += chunk.toString("latin1");
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString("latin1");
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("close", (code, signal) => {
        const status = signal === null ? (code ?? 0) : -constants.signals[signal];
        resolve({ stdout: Buffer.from(this.#stdout, "latin1"), stderr: this.#stderr, status });
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Waits until it has gone to sleep twice from now on: it has handled what was there before. */
  async idle(): Promise<void> {
    const before = this.#sleeps();
    await until("the program has slept twice", () => this.#sleeps() >= before + 2);
  }

  #sleeps(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "latin1");
    return Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1]);
  }

  /** Sends a signal and returns how the program ended. */
  end(signal: NodeJS.Signals): Promise<Run> {
    this.#child.kill(signal);
    return this.ended;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

/** Runs ebpf-map in the background. */
export function startCommand(scratch: Scratch, args: readonly string[]): Background {
  return scratch.own(new Background(process.execPath, [repositoryPath("bin", "ebpf-map.js"), ...args]));
}

/** Waits until something is true: looked at 50 times a second, for 10 seconds. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain until ${what}`);
}
