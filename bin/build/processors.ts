/** A kind of processor that there is an executable for. */
export interface Processor {
  /** Node's name of it. */
  readonly arch: "x64" | "arm64";
  /** The name that Debian and OCI have for it. */
  readonly debian: "amd64" | "arm64";
  /** GNU's name of it. */
  readonly gnu: "x86_64" | "aarch64";
  readonly strip: string;
  /** The command that starts a program for it here, if this machine is of another kind. */
  readonly emulator: readonly string[];
}

export const PROCESSORS: readonly Processor[] = [
  {
    arch: "x64",
    debian: "amd64",
    gnu: "x86_64",
    strip: "x86_64-linux-gnu-strip",
    emulator: ["qemu-x86_64-static", "-L", "/usr/x86_64-linux-gnu"],
  },
  {
    arch: "arm64",
    debian: "arm64",
    gnu: "aarch64",
    strip: "aarch64-linux-gnu-strip",
    emulator: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
  },
];

/** The command that starts a program for a processor here. */
export function starting(processor: Processor, program: string): string[] {
  return processor.arch === process.arch ? [program] : [...processor.emulator, program];
}
