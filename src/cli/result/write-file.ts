import { writeFileSync } from "node:fs";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-codes.ts";

/** Writes a file, replacing its contents. Throws FILE. */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw fileFailure("write", file, error);
  }
}

/** Returns the error for a file that can't be read or written. `doing` is "read" or "write". */
export function fileFailure(doing: string, file: string, error: unknown): CommandError {
  const message = `${doing} ${file}: ${error instanceof Error ? error.message : String(error)}`;
  return new CommandError("FILE", message, { error: message }, { cause: error, status: EXIT.output });
}
