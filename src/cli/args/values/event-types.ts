import { type Discriminator, parseCases, parseDiscriminator } from "../../../stream/event-types.ts";
import type { ValueType } from "./value-type.ts";

/** Accepts types by number: `1=struct open_event,2=struct exec_event`. */
export function typeCases(): ValueType<ReturnType<typeof parseCases>> {
  return {
    name: "N=TYPE,…",
    accepts: "types by number such as 1=struct open_event",
    parse: (text) => parseCases(text),
  };
}

/** Accepts the place of an integer in an event: `u32@0`. */
export function discriminator(): ValueType<Discriminator> {
  return { name: "INT@BYTE", accepts: "an integer's place such as u32@0", parse: (text) => parseDiscriminator(text) };
}
