import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npmPackage } from "../npm-package.ts";
import type { Processor } from "../processors.ts";
import { trimIcu } from "./icu.ts";

/**
 * The variables that Node takes from the environment before any code of ours runs: options (`--require FILE` runs that
 * file), a module in place of the program, certificates that take 35 ms to read, files to write. A program that root
 * runs must not obey them.
 */
export const VARIABLES = [
  ...["NODE_OPTIONS", "NODE_REPL_EXTERNAL_MODULE", "NODE_EXTRA_CA_CERTS", "OPENSSL_CONF", "NODE_ICU_DATA"],
  ...["NODE_REDIRECT_WARNINGS", "NODE_V8_COVERAGE", "NODE_DEBUG_NATIVE"],
];

/**
 * Writes the Node that an executable consists of to a path: stripped, in English alone, and deaf to {@link VARIABLES}.
 */
export function writeNode(processor: Processor, path: string): void {
  copyFileSync(nodePath(processor), path);
  execFileSync(processor.strip, [path]);
  const bytes = readFileSync(path);
  trimIcu(bytes);
  for (const name of VARIABLES) forget(bytes, name);
  writeFileSync(path, bytes, { mode: 0o755 });
}

/** The Node for a processor: the running one, or one of its version from npm. */
export function nodePath({ arch }: Processor): string {
  return arch === process.arch ? process.execPath : join(nodePackage(arch), "bin", "node");
}

/** The licences of Node and what it consists of. All its packages have the same. */
export function nodeLicences(): string {
  return readFileSync(join(nodePackage("arm64"), "LICENSE"), "utf8");
}

function nodePackage(arch: string): string {
  return npmPackage(`node-linux-${arch}`, process.versions.node);
}

/**
 * Makes the name of a variable empty, where Node's code has it as text: getenv finds no variable of that name, whatever
 * is set. The name also stands in the snapshot of Node's own modules, behind its length, where it is no name that C
 * code asks for.
 */
function forget(bytes: Buffer, name: string): void {
  const found: number[] = [];
  const text = `\0${name}\0`;
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) {
    if (bytes.readUInt32LE(at - 3) !== name.length) found.push(at + 1);
  }
  const [at, ...more] = found;
  if (at === undefined || more.length > 0) throw new Error(`Node has the text ${name} ${found.length} times, not once`);
  bytes[at] = 0;
}
