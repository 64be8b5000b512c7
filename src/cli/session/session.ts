import { bytesFromText } from "../../bytes.ts";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { ShownText } from "../../codec/text/shown-text.ts";
import { JsonWriter } from "../../output/bpftool/json-writer.ts";
import { guardTerminal } from "../../output/terminal/terminal-guard.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { LinuxKernel } from "../../sys/linux.ts";
import type { Options } from "../args/flags.ts";
import type { CommandLine } from "../args/parse-argv.ts";
import { usage } from "../result/command-error.ts";
import type { Context } from "./context.ts";

/** One run of the program, as commands see it. */
export interface Session {
  readonly context: Context;
  readonly options: Options;
  /** Names of the given flags that ask for rows. */
  readonly rowFlags: readonly string[];
  readonly dialect: Dialect;
  /** The style of output that `-j` and `-p` choose. */
  readonly style: "plain" | "json" | "pretty";
  /** The buffer of stdout. On a terminal, control characters are made visible. */
  readonly out: OutputBuffer;
  /** Writes out the buffer and waits until the reader has taken it, or until a signal. */
  readonly flush: () => Promise<void>;
  /** Returns true if something has been written to `out`. */
  readonly begun: () => boolean;
  /** Lets colours pass to the terminal from now on: everything else is made visible by the writer. */
  readonly passColours: () => void;
  /** Writes a line to stderr. */
  readonly warn: (line: string) => void;
  /** Opens stdin, once. Throws USAGE for a terminal, and the second time. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** The kernel to read maps from. Calls throw UNSUPPORTED_PLATFORM where there is none that can be read. */
  readonly kernel: Kernel;
}

export function openSession({ options, dialect, rowFlags }: CommandLine, context: Context): Session {
  let flushed = false;
  let colours = false;
  const drain = (bytes: Uint8Array): void => {
    flushed = true;
    context.stdout.write(context.stdout.isTerminal ? guardTerminal(bytes, colours) : bytes);
  };
  const out = new OutputBuffer(drain, { shown: new ShownText(options.text) });
  return {
    context,
    options,
    rowFlags,
    dialect,
    style: options.pretty ? "pretty" : options.json ? "json" : "plain",
    out,
    flush: async () => {
      out.flush();
      await context.stdout.drain?.();
    },
    passColours: () => {
      colours = true;
    },
    begun: () => flushed || out.pos > 0,
    warn: (line) => writeLine(context, line),
    stdin: stdinOnce(context),
    kernel: context.kernel ?? new LinuxKernel(),
  };
}

function stdinOnce({ stdin }: Context): () => AsyncIterable<Uint8Array> {
  let isOpen = false;
  return () => {
    if (stdin.isTerminal())
      throw usage(
        "read stdin: it is a terminal (pipe a map into it: ssh HOST sudo ebpf-map save MAP - | ebpf-map … file -)",
      );
    if (isOpen) throw usage("read stdin: only one MAP of a command can be -");
    isOpen = true;
    return stdin.open();
  };
}

/** Starts a JSON document on stdout in the session's style. */
export function jsonWriter(session: Session): JsonWriter {
  return new JsonWriter(session.out, session.dialect, session.style === "pretty");
}

/** Writes a line to stderr. Control characters are made visible, since names and paths may contain any. */
function writeLine(context: Context, line: string): void {
  const lines = line.split("\n").map(visible).join("\n");
  try {
    context.stderr.write(bytesFromText(`${lines}\n`));
  } catch {
    // Nothing is left to report it to.
  }
}
