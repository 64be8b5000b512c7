import { loadKoffi } from "../libc.ts";

const F_SETPIPE_SZ = 1031;
const F_GETPIPE_SZ = 1032;

/** The bytes that a pipe holds unless somebody has asked for more. */
export const USUAL_PIPE_BYTES: number = 64 * 1024;
/** The most bytes that a pipe may hold without privileges, as systems are set up (`fs.pipe-max-size`). */
const LARGE_PIPE_BYTES = 1024 * 1024;

/** fcntl(2) with a number as its argument: the result, or -1. */
export type Fcntl = (fd: number, command: number, argument: number) => number;

let fcntl: Fcntl | undefined;

/**
 * Gives a pipe room for a megabyte, or for as much as the system lets this user have, so that its writer and its reader
 * wait for each other less often. Returns the bytes that it holds now, or 0 where that can't be told: it is no pipe, or
 * koffi can't be had.
 */
export function enlargePipe(fd: number, call: Fcntl | undefined = loadFcntl()): number {
  const before = call?.(fd, F_GETPIPE_SZ, 0) ?? 0;
  if (call === undefined || before <= 0) return 0;
  for (let size = LARGE_PIPE_BYTES; size > before; size /= 2) {
    const after = call(fd, F_SETPIPE_SZ, size);
    if (after > 0) return after;
  }
  return before;
}

function loadFcntl(): Fcntl | undefined {
  try {
    fcntl ??= loadKoffi().load(null).func("fcntl", "int", ["int", "int", "long"]);
    return fcntl;
  } catch {
    return undefined;
  }
}
