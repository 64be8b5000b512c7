import { EbpfMapError } from "../../src/errors.ts";

/** What a question gives; undefined where the answer is that it can't be answered. */
export function answered<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}
