import { readdirSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { RESULT_MARK } from "../kernels/guest-result.ts";
import { refusalOf } from "./helpers/load-log.ts";
import { programOfObject } from "./helpers/programs.ts";

/** What a guest says: for each compiler and program the kernel's log, all of it as base64 of gzipped JSON. */
export interface RefusalsResult {
  readonly release: string;
  readonly packed: string;
}

/** The program of the guests that loads every object in `objects/COMPILER/`. */
const logs: Record<string, Record<string, string>> = {};
for (const compiler of readdirSync("objects")) {
  const folder = join("objects", compiler);
  const refused: Record<string, string> = {};
  for (const file of readdirSync(folder).sort()) {
    const log = refusalOf("/suite/bpftools/bpftool-7.8", join(folder, file), "/sys/fs/bpf/refused");
    if (log !== undefined) refused[programOfObject(file).name] = log;
  }
  logs[compiler] = refused;
}
const packed = gzipSync(JSON.stringify(logs)).toString("base64");
const result: RefusalsResult = { release: release(), packed };
process.stdout.write(`${RESULT_MARK}${JSON.stringify(result)}\n`);
