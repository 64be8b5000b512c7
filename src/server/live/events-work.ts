import { visible } from "../../output/terminal/visible.ts";
import { toJSON } from "../../sdk/json.ts";
import { type EventStream, openStream } from "../../sdk/open-stream.ts";
import type { StreamEvent } from "../../stream/decoded-events.ts";
import type { EventsFrame, ShownEvent } from "../page/contract.ts";
import type { FeedWork } from "./shared-feed.ts";

/** The events that are kept for viewers, and the longest text of one. */
const KEPT = 500;
const MAX_TEXT = 4096;
/** The least milliseconds from one message to the next. */
const EVERY_MS = 250;

/** Reads the events of a ring buffer for the page: nothing is taken from the program that they are for. */
export class EventsWork implements FeedWork {
  readonly #id: number;
  readonly #type: string;
  readonly #now: () => Date;
  #stream: EventStream<unknown> | undefined;
  #reading: Promise<void> | undefined;
  #failure: unknown;
  #hasEnded = false;
  #events: ShownEvent[] = [];
  #total = 0;

  /** `type`: the C type of its events, or "" for bytes. */
  constructor(id: number, type: string, now: () => Date) {
    this.#id = id;
    this.#type = type;
    this.#now = now;
  }

  /** Opens the stream the first time. Throws what `openStream` throws. */
  async once(signal: AbortSignal): Promise<number | undefined> {
    this.#stream ??= openStream({ id: this.#id }, { signal, ...(this.#type !== "" && { type: this.#type }) });
    this.#reading ??= this.#read(this.#stream);
    if (this.#failure !== undefined) throw this.#failure;
    return this.#hasEnded ? undefined : EVERY_MS;
  }

  /** The events after number `after`, the latest at most. */
  frame(after: number): EventsFrame {
    const { lost = 0, overrun = 0, bytes = 0 } = this.#stream?.stats ?? {};
    return { events: this.#events.filter(({ id }) => id > after), total: this.#total, lost, overrun, bytes };
  }

  async #read(stream: EventStream<unknown>): Promise<void> {
    try {
      for await (const event of stream) this.#add(event);
      this.#hasEnded = true;
    } catch (error) {
      this.#failure = error;
    }
  }

  #add(event: StreamEvent<unknown>): void {
    this.#total += 1;
    const text = visible(event.type === undefined ? hexText(event.bytes) : toJSON(event.value));
    const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
    const time = this.#now().toISOString();
    this.#events.push({ id: this.#total, time, size: event.bytes.length, type: event.type ?? "", text: cut });
    if (this.#events.length > 2 * KEPT) this.#events = this.#events.slice(-KEPT);
  }
}

function hexText(bytes: Uint8Array): string {
  return bytes
    .subarray(0, MAX_TEXT)
    .reduce((text, byte, i) => `${text}${i > 0 && i % 4 === 0 ? " " : ""}${byte.toString(16).padStart(2, "0")}`, "");
}
