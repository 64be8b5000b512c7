import { EbpfMapError } from "../../errors.ts";
import type { OwnerGap } from "./owners.ts";

/** Collects what couldn't be looked up. */
export class Gaps {
  readonly all: OwnerGap[] = [];

  /** Returns the result of a look-up, or `otherwise` if it fails, and remembers the reason. */
  try<T>(what: OwnerGap["what"], lookUp: () => T, otherwise: T): T {
    try {
      return lookUp();
    } catch (error) {
      this.add(what, error);
      return otherwise;
    }
  }

  /** Remembers a failure, each reason once. Anything but an EbpfMapError is a fault of the program and thrown. */
  add(what: OwnerGap["what"], error: unknown): void {
    if (!(error instanceof EbpfMapError)) throw error;
    this.say(what, error.message);
  }

  say(what: OwnerGap["what"], reason: string): void {
    if (!this.all.some((gap) => gap.what === what && gap.reason === reason)) this.all.push({ what, reason });
  }
}
