import { schemaError } from "./json-reader.ts";

/** True if a kernel release (`6.1.0-18-amd64`) is in a range. */
export type KernelRange = (release: string) => boolean;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  ">=": (order) => order >= 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  "<": (order) => order < 0,
  "=": (order) => order === 0,
};

/**
 * Reads a range of kernel versions: comparisons that must all hold, `>=4.18 <5.10`. Versions are compared number by
 * number, as far as the range has them: 5.10.7 is not above 5.10. Throws SCHEMA_INVALID.
 */
export function kernelRange(text: string, path: string): KernelRange {
  const parts = text
    .trim()
    .split(/\s+/)
    .map((part) => {
      const match = /^(>=|<=|>|<|=)?(\d{1,5}(?:\.\d{1,5}){0,2})$/.exec(part);
      const compare = COMPARISONS[match?.[1] ?? "="];
      if (match === null || compare === undefined) {
        throw schemaError(path, `'${part}' is no range of kernel versions (like ">=4.18 <5.10")`);
      }
      return { compare, version: numbersOf(match[2] ?? "") };
    });
  return (release) => {
    const numbers = numbersOf(/^\d+(?:\.\d+)*/.exec(release)?.[0] ?? "0");
    return parts.every(({ compare, version }) => compare(order(numbers, version)));
  };
}

function numbersOf(version: string): number[] {
  return version.split(".").map(Number);
}

function order(release: readonly number[], version: readonly number[]): number {
  for (const [i, number] of version.entries()) {
    const difference = (release[i] ?? 0) - number;
    if (difference !== 0) return difference;
  }
  return 0;
}
