import { Readable } from "node:stream";
import { main } from "../../src/cli/main.ts";
import { type Context, processContext, type Stream } from "../../src/cli/session/context.ts";
import type { Kernel } from "../../src/sys/kernel.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { type Run, run } from "./bpftools.ts";
import { repositoryPath } from "./repository.ts";

const thisKernel = new LinuxKernel();

/** Runs ebpf-map as a user does, in a process of its own. */
export function runCommand(args: readonly string[]): Promise<Run> {
  return run(process.execPath, [repositoryPath("bin", "ebpf-map.js"), ...args]);
}

/**
 * Runs ebpf-map's `main` in this process, with what it prints caught; on another kernel or in an environment if given.
 */
export async function runOurs(
  args: readonly string[],
  kernel: Kernel = thisKernel,
  env: Context["env"] = {},
  stdin: Uint8Array = new Uint8Array(0),
): Promise<Run> {
  const stdout = new Caught();
  const stderr = new Caught();
  const status = await main(args, {
    ...contextFor(stdout, stderr),
    kernel,
    env,
    stdin: { isTerminal: () => false, open: () => Readable.from([stdin]) },
  });
  return { stdout: stdout.bytes(), stderr: stderr.bytes().toString("latin1"), status };
}

class Caught implements Stream {
  readonly isTerminal = false;
  readonly #chunks: Buffer[] = [];

  // The writer uses its buffer again, so a copy is kept.
  readonly write = (bytes: Uint8Array): void => {
    this.#chunks.push(Buffer.from(bytes));
  };

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

function contextFor(stdout: Stream, stderr: Stream): Context {
  const interruption = (): ReturnType<Context["interruption"]> => ({
    signal: new AbortController().signal,
    exitCode: undefined,
    [Symbol.dispose]() {},
  });
  return { ...processContext(), stdout, stderr, interruption };
}
