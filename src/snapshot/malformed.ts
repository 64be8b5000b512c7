import { EbpfMapError } from "../errors.ts";

/** The fault of a line whose number is not known yet. Never leaves this folder. */
export class Malformed extends Error {}

/** `read snapshot conns.ndjson: line 7: the value has 3 bytes, 4 expected`. */
function invalidSnapshot(path: string, line: number, reason: string, cause?: unknown): EbpfMapError {
  return new EbpfMapError("SNAPSHOT_INVALID", `read snapshot ${path}: line ${line}: ${reason}`, { path, line }, cause);
}

/** A {@link Malformed} with its place; any other error as it is. */
export function placed(error: unknown, path: string, line: number): unknown {
  return error instanceof Malformed ? invalidSnapshot(path, line, error.message, error.cause) : error;
}
