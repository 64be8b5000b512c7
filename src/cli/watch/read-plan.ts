/** When to read: the time between two reads in milliseconds, and how often. Infinity for no end. */
export interface ReadPlan {
  readonly interval: number;
  readonly count: number;
}
