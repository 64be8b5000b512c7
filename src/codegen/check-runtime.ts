import { EbpfMapError } from "../errors.ts";
import { RUNTIME_VERSION } from "./runtime-version.ts";

/** Throws SCHEMA_MISMATCH for a generated file that is for another version of the runtime. */
export function checkRuntime(doing: string, declared: number): void {
  if (declared === RUNTIME_VERSION) return;
  const message = `${doing} by a generated file: it is for runtime ${declared}, this is ${RUNTIME_VERSION} (generate it again)`;
  throw new EbpfMapError("SCHEMA_MISMATCH", message, { declared, actual: RUNTIME_VERSION });
}
