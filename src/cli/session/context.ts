import { fstatSync, readFileSync } from "node:fs";
import { textFromBytes } from "../../bytes.ts";
import { descriptorSink } from "../../output/sink.ts";
import { hereAndNow, monotonicClock } from "../../sdk/machine/here-and-now.ts";
import type { SnapshotOrigin } from "../../snapshot/header-json.ts";
import type { Kernel } from "../../sys/kernel.ts";
import type { ObjectKernel } from "../../sys/objects/kernel.ts";
import { PipeSink } from "./pipe-sink.ts";
import { type Interruption, Signals } from "./signals.ts";

/** stdout or stderr. */
export interface Stream {
  /** Writes all bytes before it returns. Throws OUTPUT or BrokenPipe. */
  readonly write: (bytes: Uint8Array) => void;
  readonly isTerminal: boolean;
  /** The current width of the terminal in columns; undefined if it is unknown. */
  readonly columns?: () => number | undefined;
  /** Waits until the reader has taken what was written while signals were caught, or until a signal. */
  readonly drain?: () => Promise<void>;
  /** Does the same at the end of the program, when signals are no longer caught. */
  readonly end?: () => Promise<void>;
}

/** stdin. */
export interface Input {
  readonly isTerminal: () => boolean;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** Everything that the program takes from outside. Tests replace it. */
export interface Context {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdin: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** The effective user id. */
  readonly uid: number;
  /** Milliseconds of CLOCK_MONOTONIC, which bpf_ktime_get_ns() reads, too. */
  readonly clock: () => number;
  /** The kernel to read maps from; undefined for that of this machine, which is loaded when it is needed. */
  readonly kernel: Kernel | undefined;
  /** The programs and links to find owners of maps by; undefined for those of this machine. */
  readonly objects?: ObjectKernel;
  /** This machine and this moment, for the header of a snapshot. */
  readonly origin: () => Omit<SnapshotOrigin, "tool">;
  /**
   * Catches SIGHUP, SIGINT and SIGTERM from now on; SIGHUP calls `onHangup`, if there is one, and doesn't interrupt.
   */
  readonly interruption: (onHangup?: () => void) => Interruption;
}

/** The context of this process. */
export function processContext(): Context {
  const signals = new Signals();
  return {
    stdout: stdoutStream(signals),
    stderr: stream(2, descriptorSink(2)),
    stdin: { isTerminal: () => isTerminal(0), open: () => process.stdin },
    env: process.env,
    pid: process.pid,
    uid: process.geteuid?.() ?? 0,
    clock: monotonicClock,
    kernel: undefined,
    origin: hereAndNow,
    interruption: (onHangup) => signals.catch(onHangup),
  };
}

/** Returns the arguments behind the program's name, as text that converts back to the given bytes. */
export function processArguments(): string[] {
  const args = process.argv.slice(2);
  if (!args.some((arg) => arg.includes("\ufffd"))) return args;
  // Node has replaced bytes that aren't UTF-8; the kernel still has them.
  try {
    const given = textFromBytes(readFileSync("/proc/self/cmdline")).split("\0").slice(0, -1);
    return args.length === 0 ? [] : given.slice(-args.length);
  } catch {
    // There need not be a /proc.
    return args;
  }
}

function stdoutStream(signals: Signals): Stream {
  const { write, drain, end } = new PipeSink(1, signals);
  return { ...stream(1, write), drain, end };
}

function stream(fd: number, write: Stream["write"]): Stream {
  const columns = (): number | undefined => (fd === 1 ? process.stdout : process.stderr).columns;
  return { write, isTerminal: isTerminal(fd), columns };
}

/** The major number of /dev/null and similar devices. */
const MEMORY_DEVICES = 1;

/** Returns true for a terminal. `tty` is loaded only for character devices: it brings all of Node's networking. */
function isTerminal(fd: number): boolean {
  try {
    const device = fstatSync(fd);
    if (!device.isCharacterDevice() || device.rdev >> 8 === MEMORY_DEVICES) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}
