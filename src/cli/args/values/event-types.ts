import { EbpfMapError } from "../../../errors.ts";
import { type Discriminator, parseCases, parseDiscriminator } from "../../../stream/event-types.ts";
import type { ValueType } from "./value-type.ts";

/** Accepts types by number: `1=struct open_event,2=struct exec_event`. */
export function typeCases(): ValueType<ReturnType<typeof parseCases>> {
  return {
    name: "N=TYPE,…",
    accepts: "types by number such as 1=struct open_event",
    parse: (text) => ifValid(() => parseCases(text)),
  };
}

/** Accepts an integer in an event by its size and offset: `u32@0`. */
export function discriminator(): ValueType<Discriminator> {
  return {
    name: "INT@BYTE",
    accepts: "an integer and its offset such as u32@0",
    parse: (text) => ifValid(() => parseDiscriminator(text)),
  };
}

/** Returns what a parser gives, or undefined where it refuses the text. */
function ifValid<Parsed>(parse: () => Parsed): Parsed | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}
