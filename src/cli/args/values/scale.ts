import { parseScale, SCALE_FORMS, type Scale } from "../../../output/hist/hist-scale.ts";
import type { ValueType } from "./value-type.ts";

/** The numbering of a histogram's slots: `log2`, `bpftrace:2`, `linear:0:10:100`. */
export function histogramScale(): ValueType<Scale> {
  const synonyms: Readonly<Record<string, string>> = { log: "log2", hist: "bpftrace", lhist: "linear:START:STEP:END" };
  return {
    name: "SCALE",
    accepts: SCALE_FORMS,
    parse: parseScale,
    suggest: (text) => (Object.hasOwn(synonyms, text) ? synonyms[text] : undefined),
  };
}
