/**
 * Every way in which ebpf-map fails on purpose. The README lists what usually causes each and what cures it.
 *
 * - `USAGE`: the command line is wrong.
 * - `UNSUPPORTED_PLATFORM`: not Linux on x86-64 or arm64.
 * - `NO_SUCH_MAP`: no map with that id, name or path.
 * - `AMBIGUOUS_MAP`: several maps where one is needed; `details.ids` lists them.
 * - `NOT_A_MAP`: the pin is a program or a link.
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
  | "FILE"
  | "OUTPUT";

/** What an error knows besides its sentence. All values are JSON-able. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly (string | number)[]>>;

/**
 * The only error class that leaves this package on purpose. `message` is a lower-case phrase of what was being done,
 * on which map, with the likely reason in brackets: `open map id 7: operation not permitted (needs CAP_SYS_ADMIN)`.
 */
export class EbpfMapError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "EbpfMapError";
    this.code = code;
    this.details = details;
  }
}
