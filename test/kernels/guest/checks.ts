import { isDeepStrictEqual } from "node:util";
import { EbpfMapError } from "../../../src/errors.ts";

/** Checks in a place without a test runner: what is wrong is collected, and the next check goes on. */
export class Checks {
  checks = 0;
  readonly failures: string[] = [];

  equal(what: string, got: unknown, expected: unknown): void {
    this.checks += 1;
    if (isDeepStrictEqual(got, expected)) return;
    this.failures.push(`${what}: expected ${shown(expected)}, got ${shown(got)}`);
  }

  matches(what: string, got: string, expected: RegExp): void {
    this.checks += 1;
    if (!expected.test(got)) this.failures.push(`${what}: expected ${expected}, got ${shown(got)}`);
  }
}

/** The errno with which the kernel refused something, or undefined for any other failure. */
export function errnoOf(error: unknown): number | undefined {
  const errno = error instanceof EbpfMapError ? error.details.errno : undefined;
  return typeof errno === "number" ? errno : undefined;
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
}
