import type { Dialect } from "../../codec/bpftool/dialect.ts";

/**
 * The exit statuses of this program. They agree with bpftool's: 0, 255, and since version 7 the errno of a failed
 * lookup or next-key (see {@link exitOfErrno}).
 */
export const EXIT = {
  ok: 0,
  /** The output or a file could not be written. */
  output: 1,
  /** `doctor`: something does not work; `verifier`: a program was refused. */
  unfit: 1,
  /** `--fail-empty`: nothing was kept; `diff` says trouble. */
  empty: 1,
  /** One of bpftool's commands that change a map. */
  refused: 2,
  /** A map was read with gaps. With `--compat` it is 0, as bpftool's would be. */
  incomplete: 3,
  /** `stats --warn`: a map is as full as that. */
  full: 4,
  /** `events --count`: `--for` was over before there were so many. */
  short: 5,
  /** Everything else: a wrong command line, no such map, no rights, a broken snapshot. */
  failed: 255,
} as const;

/** The statuses of `diff`, as in diff(1): any failure is trouble, also a reader that goes away early. */
export const DIFF_EXIT = { same: 0, different: 1, trouble: 2 } as const;

/** The statuses of a command that a signal ended, as in a shell. */
export const EXIT_BY_SIGNAL = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Returns the status for a failed system call: -errno in 8 bits, or 255 before bpftool 7. 0 stays 0. */
export function exitOfErrno(errno: number, dialect: Dialect): number {
  if (errno === 0) return EXIT.ok;
  return dialect.exitsWithErrno ? -errno & 0xff : EXIT.failed;
}
