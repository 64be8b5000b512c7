import { ringText } from "../../reader/ring-use.ts";
import type { StreamStats } from "../../stream/event-source.ts";
import { type Backlog, backlogText } from "../../stream/ring/backlog.ts";

/** The amount that was printed. */
export interface Printed {
  /** Events, or groups. */
  readonly rows: number;
  /** Groups that made room for others. */
  readonly evicted: number;
}

/** How often a loss is told of. */
const INTERVAL_MS = 1000;

/**
 * Tells of events that are missing while a stream is printed, once a second at most, and of everything at the end. All
 * on stderr: what is on stdout is events.
 */
export class LossReport {
  readonly #stats: Readonly<StreamStats>;
  readonly #warn: (line: string) => void;
  readonly #start: number = performance.now();
  #told = "";
  #next = 0;

  constructor(stats: Readonly<StreamStats>, warn: (line: string) => void) {
    this.#stats = stats;
    this.#warn = warn;
  }

  /** The first line, about a ring that is full: nothing can come through it until somebody consumes. */
  begin(label: string, backlog: Backlog | undefined): void {
    if (backlog?.isFull !== true) return;
    const pending = `${backlog.events.toLocaleString("en")} events pending`;
    this.#warn(
      `Warning: ${label}: ${ringText(backlog)}, ${pending}: new events are dropped until somebody consumes some`,
    );
  }

  /** Looks for new losses. */
  look(): void {
    const nowMs = performance.now();
    if (nowMs < this.#next) return;
    const losses = lossText(this.#stats);
    if (losses === this.#told) return;
    this.#told = losses;
    this.#next = nowMs + INTERVAL_MS;
    this.#warn(`Warning: so far ${losses}`);
  }

  /** The last line: what was read, how many rows were printed of it, what is missing, and what waits in a full ring. */
  summary({ rows, evicted }: Printed, backlog?: Backlog): void {
    const { received, bytes } = this.#stats;
    const waiting = backlog === undefined ? undefined : backlogText(backlog);
    const losses = [lossText(this.#stats), waiting ?? ""].filter((text) => text !== "").join(", ") || "none lost";
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1);
    const shown = rows === received ? "" : `, ${rows} printed`;
    const gone = evicted === 0 ? "" : `; ${plural(evicted, "group")} evicted (--max-groups keeps more)`;
    this.#warn(`${plural(received, "event")} (${plural(bytes, "byte")}) in ${seconds} s${shown}; ${losses}${gone}`);
  }
}

/** "" where nothing is missing. */
function lossText({ lost, overrun, overrunBytes, malformed }: Readonly<StreamStats>): string {
  const parts = [];
  if (lost > 0) parts.push(`${plural(lost, "event")} lost (no room in the buffer)`);
  if (overrun > 0) parts.push(`overrun ${plural(overrun, "time")} (${plural(overrunBytes, "byte")} not seen)`);
  if (malformed > 0) parts.push(`${plural(malformed, "place")} that made no sense`);
  return parts.join(", ");
}

/** A number of things. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
