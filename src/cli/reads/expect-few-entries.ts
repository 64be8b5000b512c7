import { compileEngineBy } from "../../codec/text/machine.ts";
import type { MapSource } from "../../reader/map-source.ts";

/**
 * The default of V8's flag `--wasm-tiering-budget`, by the version of V8 in Node 20, 22 and 24. Other versions are left
 * alone: of a flag that it doesn't know, V8 says so on stderr.
 */
const DEFAULT_BUDGETS: Readonly<Record<string, number>> = { "11.3": 1_800_000, "12.4": 13_000_000, "13.6": 13_000_000 };

/** The most that the flag takes. V8 counts about the bytes of code that run: some 25,000 entries of the usual size. */
const LARGE_BUDGET = 2 ** 31 - 1;

/** Maps with room for fewer entries are written before V8 starts to optimize anything. */
const FEWEST = 33;
const MOST = 32_768;

/**
 * Has V8 write the text of small maps by code that it compiles quickly. Otherwise it compiles the text engine once more
 * after some 30 entries, optimized, on another thread, which takes more CPU time than writing 10,000 entries. A large
 * map pays for that at once, so it is left as it is.
 *
 * V8 reads the flag as it compiles, which is when text is first written. Flags are the whole process's, and V8 takes
 * compiled code of chunks only under the flags that it was made with, so the default is set again.
 */
export function expectFewEntries(maps: readonly MapSource[], v8: string = process.versions.v8): void {
  const budget = DEFAULT_BUDGETS[v8.split(".", 2).join(".")];
  const most = maps.reduce((sum, { info }) => sum + info.maxEntries, 0);
  if (budget === undefined || most < FEWEST || most > MOST) return;
  compileEngineBy((compile) => {
    const { setFlagsFromString } = process.getBuiltinModule("node:v8");
    setFlagsFromString(`--wasm-tiering-budget=${LARGE_BUDGET}`);
    try {
      return compile();
    } finally {
      setFlagsFromString(`--wasm-tiering-budget=${budget}`);
    }
  });
}
