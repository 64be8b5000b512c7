/**
 * Every way in which ebpf-map fails on purpose. The README lists what usually causes each and what cures it.
 *
 * - `USAGE`: a wrong argument, option or handle, or a wrong command line; `details.option` names the option.
 * - `UNSUPPORTED_PLATFORM`: a map of the kernel on anything but Linux on x86-64 or arm64, or a Node that may not
 *   generate code.
 * - `NO_SUCH_MAP`: no map with that id, name or path.
 * - `AMBIGUOUS_MAP`: several maps where one is needed; `details.ids` lists them.
 * - `NOT_A_MAP`: the pin or descriptor is a program, a link, or nothing of BPF.
 * - `NO_PERMISSION`: the kernel said EPERM or EACCES.
 * - `NOT_READABLE`: the kernel offers no way to read this map (or key) from user space.
 * - `KERNEL`: any other errno; `details.errno` and `details.errnoName` hold it.
 * - `BTF_INVALID`: malformed BTF; `details.typeId` and `details.offset` say where.
 * - `BTF_UNAVAILABLE`: the map has BTF but it can't be had.
 * - `LAYOUT_INVALID`: a type that can't describe the bytes it is used for.
 * - `KEY_INVALID`: a key that doesn't fit the map.
 * - `QUERY_INVALID`: an expression, path or other part of a query that doesn't fit the map; `details` say where.
 * - `VALUE_RANGE`: an integer that doesn't fit the JavaScript type asked for.
 * - `SNAPSHOT_INVALID`: a snapshot that is truncated, altered or too new; `details.line` says where.
 * - `SCHEMA_INVALID`: a schema file with a mistake; `details` (`file`, `line`, `column`, `path`) say where.
 * - `SCHEMA_MISMATCH`: the map's layout is not the one that was declared; `details.findings` lists the differences.
 * - `TYPE_INVALID`: a C declaration or type name that can't be used; `details.column` says where.
 * - `VALUE_INVALID`: an entry that the declared schema refuses; `details` have its `key`, `path`, `issues` and `bytes`.
 * - `CLOSED`: use of a reader, snapshot or stream that is closed, also by a read that was under way then.
 * - `STALE_BATCH`: use of a batch after the next one was read, or after the read ended.
 * - `NOT_SYNC`: a synchronous read of a snapshot file, which can only be read asynchronously.
 * - `TIMEOUT`, `ABORTED`: work that took too long, or that a signal ended, whose reason is the `cause`; of a read,
 *   `details` holds the `ReadReport` so far.
 * - `INCOMPLETE`: a read that gave up because the map kept changing, or whose file ends within the map; `details` holds
 *   its `ReadReport`.
 * - `FILE`: a file of the user's can't be read or written.
 * - `OUTPUT`: the output can't be written.
 */
export type ErrorCode =
  | "USAGE"
  | "UNSUPPORTED_PLATFORM"
  | "NO_SUCH_MAP"
  | "AMBIGUOUS_MAP"
  | "NOT_A_MAP"
  | "NO_PERMISSION"
  | "NOT_READABLE"
  | "KERNEL"
  | "BTF_INVALID"
  | "BTF_UNAVAILABLE"
  | "LAYOUT_INVALID"
  | "KEY_INVALID"
  | "QUERY_INVALID"
  | "VALUE_RANGE"
  | "SNAPSHOT_INVALID"
  | "SCHEMA_INVALID"
  | "SCHEMA_MISMATCH"
  | "TYPE_INVALID"
  | "VALUE_INVALID"
  | "CLOSED"
  | "STALE_BATCH"
  | "NOT_SYNC"
  | "TIMEOUT"
  | "ABORTED"
  | "INCOMPLETE"
  | "FILE"
  | "OUTPUT";

/** The facts that an error has besides its sentence. All values are JSON-able. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/**
 * The only error class that leaves this package on purpose. `message` is a lower-case phrase of what was being done,
 * on which map, with the likely reason in brackets: `open map id 7: operation not permitted (needs CAP_SYS_ADMIN)`.
 */
export class EbpfMapError extends Error {
  /** The kind of failure, as a word that stays the same. The message may change. */
  readonly code: ErrorCode;
  /** The facts behind the message, by name: an errno, a path, ids, the report of a read. */
  readonly details: ErrorDetails;

  /** Makes an error with its facts; `cause` is the error or the reason of a signal underneath, if there is one. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EbpfMapError";
    this.code = code;
    this.details = details;
  }
}
