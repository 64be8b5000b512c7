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

/** The time between two warnings. */
const INTERVAL_MS = 1000;

/**
 * Warns of missing events while a stream is printed, at most once a second, and prints a summary at the end. Everything
 * goes to stderr: stdout has events only.
 */
export class LossReport {
  readonly #stats: Readonly<StreamStats>;
  readonly #warn: (line: string) => void;
  readonly #start: number = performance.now();
  #reported = "";
  #next = 0;

  constructor(stats: Readonly<StreamStats>, warn: (line: string) => void) {
    this.#stats = stats;
    this.#warn = warn;
  }

  /** Warns of a full ring at the start: it takes no events until a consumer reads some. */
  begin(label: string, backlog: Backlog | undefined): void {
    if (backlog?.isFull !== true) return;
    const pending = `${backlog.events.toLocaleString("en")} events pending`;
    this.#warn(
      `Warning: ${label}: ${ringText(backlog)}, ${pending}: new events are dropped until a consumer reads some`,
    );
  }

  /** Warns of new losses. */
  look(): void {
    const nowMs = performance.now();
    if (nowMs < this.#next) return;
    const losses = lossText(this.#stats);
    if (losses === this.#reported) return;
    this.#reported = losses;
    this.#next = nowMs + INTERVAL_MS;
    this.#warn(`Warning: so far ${losses}`);
  }

  /**
   * Prints the last line: what was read, how many rows were printed, what is missing, and what waits in a full ring.
   */
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

/** Describes the losses; "" if there are none. */
export function lossText({ lost, overrun, overrunBytes, malformed }: Readonly<StreamStats>): string {
  const parts = [];
  if (lost > 0) parts.push(`${plural(lost, "event")} lost (no room in the buffer)`);
  if (overrun > 0) parts.push(`overrun ${plural(overrun, "time")} (${plural(overrunBytes, "byte")} not seen)`);
  if (malformed > 0) parts.push(`${plural(malformed, "malformed record")}`);
  return parts.join(", ");
}

/** Returns a number with its noun in the singular or plural. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
