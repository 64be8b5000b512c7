import type { Random } from "../helpers/random.ts";

/** Something that takes bytes or text of others, and what it is fed with. */
export interface Target {
  readonly name: string;
  /** How an input is made: nothing in it may depend on anything but the random numbers. */
  readonly input: (random: Random) => Uint8Array;
  /**
   * Does with an input all that the program would. Throws whatever leaves the program: an EbpfMapError is an answer,
   * anything else a finding. Returns whether the input got past the first checks, so that it is seen whether inputs
   * reach what is behind the door.
   */
  readonly run: (input: Uint8Array, random: Random) => boolean | Promise<boolean>;
}
