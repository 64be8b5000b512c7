import { EbpfMapError, type ErrorDetails } from "../errors.ts";

/** The location of a fault in the BTF, as far as it is known. `offset` counts bytes from the start of the BTF. */
export interface BtfLocation {
  readonly typeId?: number;
  readonly offset?: number;
}

/** The error for malformed BTF: `read BTF of map id 7: type 12 at byte 340: 5 members need 60 bytes, got 24`. */
export function invalidBtf(doing: string, problem: string, location: BtfLocation = {}, cause?: unknown): EbpfMapError {
  const details: ErrorDetails = { ...location };
  return new EbpfMapError(
    "BTF_INVALID",
    [doing, locationText(location), problem].filter(Boolean).join(": "),
    details,
    cause,
  );
}

function locationText({ typeId, offset }: BtfLocation): string {
  const type = typeId === undefined ? "" : `type ${typeId}`;
  const byte = offset === undefined ? "" : `at byte ${offset}`;
  return [type, byte].filter(Boolean).join(" ");
}

/** The answer to a question about types; undefined where malformed BTF (BTF_INVALID) leaves it without one. */
export function ifValid<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof EbpfMapError && error.code === "BTF_INVALID") return undefined;
    throw error;
  }
}
