import { Readable } from "node:stream";
import { main } from "../../../src/cli/main.ts";
import type { Context } from "../../../src/cli/session/context.ts";
import type { Interruption } from "../../../src/cli/session/signals.ts";
import type { Kernel } from "../../../src/sys/kernel.ts";
import type { ObjectKernel } from "../../../src/sys/objects/kernel.ts";
import { CommandKernel } from "./command-kernel.ts";

export interface MainRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export interface Around {
  readonly kernel?: Kernel;
  /** Programs and links that maps have owners by. */
  readonly objects?: ObjectKernel;
  readonly isTerminal?: boolean;
  /** How wide the terminal is. */
  readonly columns?: number;
  /** Only stderr is a terminal. */
  readonly terminalStderr?: boolean;
  /** Milliseconds that pass between two looks at the clock. */
  readonly tick?: number;
  readonly env?: Context["env"];
  /** What comes through the pipe; a terminal unless given. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Takes the place of the writing to stdout. */
  readonly write?: (bytes: Uint8Array) => void;
  readonly interruption?: () => Interruption;
}

/** Runs the program in this process, in a context of the test's own, on a fake kernel unless it brings another. */
export async function runMain(args: readonly string[], around: Around = {}): Promise<MainRun> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let now = 0;
  const isTerminal = around.isTerminal ?? false;
  const context: Context = {
    // The writer uses its buffer again, so a copy is kept.
    stdout: {
      write: around.write ?? ((bytes) => void stdout.push(Buffer.from(bytes))),
      isTerminal,
      columns: () => around.columns,
    },
    stderr: {
      write: (bytes) => void stderr.push(Buffer.from(bytes)),
      isTerminal: isTerminal || around.terminalStderr === true,
    },
    stdin: { isTerminal: () => around.stdin === undefined, open: () => around.stdin ?? Readable.from([]) },
    clock: () => (now += around.tick ?? 0),
    env: around.env ?? {},
    pid: process.pid,
    uid: process.getuid?.() ?? 0,
    kernel: around.kernel ?? new CommandKernel(),
    ...(around.objects === undefined ? {} : { objects: around.objects }),
    origin: () => ({ kernel: "6.1.0", arch: "x64", littleEndian: true, now: new Date(0), bootTimeOffsetNs: 5n }),
    interruption: around.interruption ?? noInterruption,
  };
  const status = await main(args, context);
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), status };
}

function noInterruption(): Interruption {
  return { signal: new AbortController().signal, exitCode: undefined, [Symbol.dispose]() {} };
}
