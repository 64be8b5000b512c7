import type { MapSource } from "../../reader/map-source.ts";

/** Notes, once, that the kernel's text about the descriptors of this process can't be read. */
export class FdinfoNote {
  readonly #warn: (line: string) => void;
  #isGiven = false;

  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  /** Looks at a map. Every kernel has a line about its memory there, if it has the file. */
  look({ fdinfo, origin }: MapSource): void {
    if (this.#isGiven || origin !== undefined || fdinfo.memlock !== undefined) return;
    this.#isGiven = true;
    const what = "the memory of maps, their owners, and whether they are frozen are not known";
    this.#warn(`Note: /proc/self/fdinfo can't be read (is /proc mounted?): ${what}`);
  }
}
