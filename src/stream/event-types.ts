import { roundUp8 } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Layout } from "../schema/layout.ts";
import type { EventBatch } from "./event-batch.ts";

/** A type that events can have. */
export interface EventType {
  /** The name that it was asked for by: `struct event`. */
  readonly name: string;
  readonly layout: Layout;
}

/** The types of a stream's events. */
export interface EventTypes {
  readonly all: readonly EventType[];
  /** The index in `all` of an event's type; -1 where it has none. */
  readonly indexOf: (batch: EventBatch, i: number) => number;
}

/** All events are of one type. */
export function oneType(type: EventType): EventTypes {
  return { all: [type], indexOf: () => 0 };
}

/** No types are known: events are bytes. */
export const NO_TYPES: EventTypes = { all: [], indexOf: () => -1 };

/** An integer at a fixed place in every event, which says what the event is: `u32@0`. */
export interface Discriminator {
  readonly offset: number;
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

/** Reads `u32@0`. Throws USAGE. */
export function parseDiscriminator(text: string): Discriminator {
  const match = /^([us])(8|16|32|64)@(\d{1,6})$/.exec(text);
  if (match === null) {
    throw new EbpfMapError("USAGE", `'${text}' names no integer of an event (such as u32@0: 32 bits at byte 0)`);
  }
  return { offset: Number(match[3]), bits: Number(match[2]) as Discriminator["bits"], signed: match[1] === "s" };
}

/** The text that `parseDiscriminator` reads. */
export function discriminatorText({ offset, bits, signed }: Discriminator): string {
  return `${signed ? "s" : "u"}${bits}@${offset}`;
}

/**
 * Reads `1=struct open_event,2=struct { u32 kind, pid; }`: types by the discriminator's value. Commas in brackets and
 * comments belong to a declaration. Throws USAGE.
 */
export function parseCases(text: string): readonly { readonly value: bigint; readonly name: string }[] {
  return partsOf(text).map((part) => {
    const match = /^\s*(-?\d{1,20}|0x[0-9a-fA-F]{1,16})\s*=\s*(\S.*?)\s*$/s.exec(part);
    if (match?.[1] !== undefined && match[2] !== undefined) return { value: BigInt(match[1]), name: match[2] };
    throw new EbpfMapError("USAGE", `'${part.trim()}' is no case (such as 1=struct open_event)`);
  });
}

function partsOf(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: sign, index } of text.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|[{}()[\],]/g)) {
    if (sign === "," && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    } else if ("{([".includes(sign)) depth += 1;
    else if ("})]".includes(sign)) depth = Math.max(0, depth - 1);
  }
  return [...parts, text.slice(start)];
}

/** Each event says what it is. */
export function typesBy(
  discriminator: Discriminator,
  cases: readonly { readonly value: bigint; readonly type: EventType }[],
): EventTypes {
  const indexes = new Map(cases.map(({ value }, i) => [value, i]));
  const { offset, bits, signed } = discriminator;
  return {
    all: cases.map(({ type }) => type),
    indexOf(batch, i) {
      if (offset + bits / 8 > (batch.length[i] ?? 0)) return -1;
      const value = readInteger(batch.view, (batch.at[i] ?? 0) + offset, bits);
      return indexes.get(signed ? BigInt.asIntN(bits, value) : value) ?? -1;
    },
  };
}

function readInteger(view: DataView, at: number, bits: Discriminator["bits"]): bigint {
  if (bits === 64) return view.getBigUint64(at, true);
  return BigInt(bits === 32 ? view.getUint32(at, true) : bits === 16 ? view.getUint16(at, true) : view.getUint8(at));
}

/** The length of an event compared with its type's size: "long" events have bytes behind those of the type. */
export type EventFit = "exact" | "short" | "long";

/**
 * `padded` says that the event comes from a perf event array, where the kernel adds 0 to 7 bytes, so that length and
 * bytes together are a multiple of 8: what may be padding is taken for it.
 */
export function eventFit(length: number, typeSize: number, padded: boolean): EventFit {
  if (length < typeSize) return "short";
  return length === typeSize || (padded && length === roundUp8(typeSize + 4) - 4) ? "exact" : "long";
}
