/** The counts of histograms from read to read: all of them, or what has come since the read before. */
export class LiveHist {
  /** Counts are those since the read before. */
  isSinceLast = false;
  #before = new Map<string, readonly bigint[]>();
  #now = new Map<string, readonly bigint[]>();

  /** Begins a read. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** Takes the counts of a histogram and returns those to show. A count that fell was reset, and is shown as it is. */
  take(title: string, counts: readonly bigint[]): readonly bigint[] {
    this.#now.set(title, counts);
    const before = this.#before.get(title);
    if (!this.isSinceLast || before === undefined) return counts;
    return counts.map((count, i) => {
      const more = count - (before[i] ?? 0n);
      return more < 0n ? count : more;
    });
  }
}
