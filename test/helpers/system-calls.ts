import { MARK } from "./run-each.ts";

/** The calls of the program between two marks that could change anything. */
export interface Deeds {
  /** The commands of bpf(2), each once, in the order of the alphabet. */
  readonly bpf: readonly string[];
  /**
   * Files opened for writing, made, renamed, removed or altered otherwise, and maps opened for more than reading: the
   * calls as strace shows them.
   */
  readonly writes: readonly string[];
}

/** The calls that strace is asked for: bpf(2) and all that takes a path or alters a file. */
export const TRACED = "bpf,%file,ftruncate,fchmod,fchown,fallocate";

/** Calls on paths that alter nothing. */
const HARMLESS = /^(?:execve|access|faccessat2?|stat|lstat|newfstatat|statx|statfs|readlink|readlinkat|getcwd|chdir)\(/;
const OPENS_A_MAP = /^bpf\((?:BPF_MAP_GET_FD_BY_ID|BPF_OBJ_GET),/;
const OPENED_FOR_READING = /^(?:open|openat|openat2)\((?!.*\b(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)\b)/;

/** The output by another descriptor. */
const OPENS_STDOUT = /^openat\(AT_FDCWD, "\/proc\/self\/fd\/1", /;

/** The deeds between the marks of `run-each.ts`: one a command, in their order. */
export function deedsOf(strace: string): Deeds[] {
  const deeds: { bpf: Set<string>; writes: string[] }[] = [];
  for (const line of strace.split("\n")) {
    const call = line.replace(/^\d+\s+/, "");
    if (call.includes(`${MARK}end`)) break;
    if (call.includes(MARK)) deeds.push({ bpf: new Set(), writes: [] });
    const deed = deeds.at(-1);
    if (deed === undefined || !/^[a-z]\w*\(/.test(call)) continue;
    const command = /^bpf\(([A-Z_0-9x]+)/i.exec(call)?.[1];
    if (command !== undefined) deed.bpf.add(command);
    if (OPENS_A_MAP.test(call) && !call.includes("BPF_F_RDONLY")) deed.writes.push(call);
    if (command !== undefined) continue;
    const isHarmless = [HARMLESS, OPENED_FOR_READING, OPENS_STDOUT].some((pattern) => pattern.test(call));
    if (!isHarmless) deed.writes.push(call);
  }
  return deeds.map(({ bpf, writes }) => ({ bpf: [...bpf].sort(), writes }));
}
