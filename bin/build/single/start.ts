import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { PROCESSORS, type Processor } from "../processors.ts";
import { type Program, programOf, withoutZeros } from "./node-parts.ts";

/** Where the copy of Node begins behind the start: a multiple of the largest page that a kernel for arm64 has. */
const NODE_AT = 0x1_0000;

/** The end of the file: without it a part is missing. */
const TAIL = "ebpf-map whole";

/** An address that no copy of Node is mapped at, below those that kernels choose themselves. */
const ADDRESS = "0x20000000";

const CODE = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Os", "-ffreestanding", "-fno-builtin", "-fno-pic"];
const NO_RUNTIME = ["-fno-stack-protector", "-fno-asynchronous-unwind-tables"];
const LAYOUT = ["-z", "noseparate-code", "-z", "norelro", "-z", "noexecstack", "-z", `max-page-size=${NODE_AT}`];

/** Puts start.c, compiled for a processor, in front of a copy of Node with its assets, whose zeros it leaves out. */
export function writeStarted(processor: Processor, path: string): void {
  const node = readFileSync(path);
  const program = programOf(node);
  const { kept, parts } = withoutZeros(node, program.parts);
  const whole = NODE_AT + kept.length + TAIL.length;
  const start = compiledStart(processor, { ...program, parts }, whole, `${path}.start`);
  if (start.length > NODE_AT) throw new Error(`the start has ${start.length} bytes, more than ${NODE_AT}`);
  const padding = new Uint8Array(NODE_AT - start.length);
  writeFileSync(path, Buffer.concat([start, padding, kept, Buffer.from(TAIL)], whole), { mode: 0o755 });
}

/** Returns the executable that expects a file of this size around it. */
function compiledStart({ gnu, strip }: Processor, program: Program, whole: number, path: string): Uint8Array {
  const object = `${path}.o`;
  const source = resolve("bin", "build", "single", "start.c");
  const target = [`--target=${gnu}-linux-gnu`, "-mgeneral-regs-only", "-idirafter", ownHeaders()];
  const defined = [...definitions(program), `-DWHOLE_SIZE=${whole}UL`, `-DTAIL="${TAIL}"`];
  run("clang", [...target, ...CODE, ...NO_RUNTIME, ...defined, "-c", source, "-o", object]);
  const layout = [...LAYOUT, `-Ttext-segment=${ADDRESS}`, "--build-id=none", "-e", "start"];
  run(`${gnu}-linux-gnu-ld`, ["-nostdlib", "-static", ...layout, object, "-o", path]);
  run(strip, [path]);
  const start = readFileSync(path);
  for (const file of [object, path]) rmSync(file);
  return start;
}

/** The facts that start.c needs about the copy of Node. */
function definitions({ parts, interpreter, entry, headersAt, headers }: Program): string[] {
  const rows = parts.map(({ flags, address, offset, fileSize, memorySize }) => {
    const fields = {
      type: "PT_LOAD",
      flags,
      offset: NODE_AT + offset,
      vaddr: address,
      filesz: fileSize,
      memsz: memorySize,
    };
    return `{${Object.entries(fields).map(([name, value]) => `.p_${name}=${value}`)}}`;
  });
  return [
    `-DPARTS=${rows}`,
    `-DINTERPRETER="${interpreter}"`,
    `-DENTRY=${entry}`,
    `-DHEADERS_AT=${headersAt}`,
    `-DHEADERS=${headers}`,
  ];
}

function run(program: string, words: readonly string[]): void {
  execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
}

/** The folder of the C headers for this machine: of <elf.h>, which is the same for all. */
function ownHeaders(): string {
  const own = PROCESSORS.find(({ arch }) => arch === process.arch);
  return `/usr/include/${own?.gnu}-linux-gnu`;
}
