import type { TurnTaker } from "../../sdk/machine/interruptible.ts";
import type { Family } from "../text/family.ts";

/** One scrape, as those who contribute metrics see it. */
export interface Round {
  /** Lets requests be answered meanwhile. Throws Interrupted when the time of the scrape is up. */
  readonly turns: TurnTaker;
  /** The entries of maps that were read as a whole in this scrape, by their ids. */
  readonly counted: Map<number, number>;
}

/** Contributes metrics to each scrape. */
export interface Collector {
  collect(round: Round): Promise<readonly Family[]>;
}
