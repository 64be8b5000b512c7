import { afterEach } from "vitest";
import { Scratch } from "./scratch.ts";

/** A scope for each test of a file or suite, emptied after each. */
export function useScratch(): Scratch {
  const scratch = new Scratch();
  afterEach(() => scratch[Symbol.dispose]());
  return scratch;
}
