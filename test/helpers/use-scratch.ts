import { afterEach, expect } from "vitest";
import { openDescriptors, trackDescriptors } from "../../src/sys/fd.ts";
import { Scratch } from "./scratch.ts";

/** A scope for each test of a file or suite, emptied after each; a descriptor that is open then fails the test. */
export function useScratch(): Scratch {
  const scratch = new Scratch();
  trackDescriptors();
  afterEach(() => {
    scratch[Symbol.dispose]();
    expect(openDescriptors(), "descriptors that nobody closed").toEqual([]);
  });
  return scratch;
}
