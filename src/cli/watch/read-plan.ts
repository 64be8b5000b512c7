/** The schedule of reads: the time between two reads in milliseconds, and their number. Infinity for no end. */
export interface ReadPlan {
  readonly interval: number;
  readonly count: number;
}
