import { definition, wrap } from "./wrap.ts";

/** The keys of a screen, for its own page of help and for `help COMMAND`. */
export interface ScreenKeys {
  readonly keys: readonly (readonly [key: string, text: string])[];
  /** Signs on the screen, in sentences. */
  readonly notes: readonly string[];
}

const SCROLL = ["arrows, j k, PgUp PgDn, g G, wheel", "scroll"] as const;
const SORT = [
  "s",
  "sort: press the number or letter of a column then; the same again reverses, 0 is the usual order",
] as const;
const OTHER_SORT = ["< >", "sort by the column before, or the next one"] as const;
const REVERSE = ["r, S", "reverse the order"] as const;
const SUSPEND = ["Ctrl-Z", "suspend; fg comes back"] as const;
const PAUSE = ["p", "pause, until you press it again"] as const;
const PROMPT = "Tab completes names, up brings back earlier filters, Escape drops it";

/** The keys of the list of maps, which `top` and `stats --watch` show. */
const TOP_KEYS: ScreenKeys = {
  keys: [
    SCROLL,
    ["Enter", "watch the entries of the map"],
    ["i", "what is known about the map: its owners, sizes and pins, and the layout of its entries"],
    ["e", "count all entries of the map, however long that takes"],
    SORT,
    OTHER_SORT,
    REVERSE,
    ["/", `filter by a condition on columns: ratio > 0.8 && type == "hash". ${PROMPT}`],
    PAUSE,
    ["+ -", "measure less often, or more often"],
    SUSPEND,
    ["q", "quit"],
  ],
  notes: [
    "Maps that fail, or are nearly full and refuse entries or drop records then, are red and stay on top.",
    "≈ marks estimates from a sample of the map, with the error in 95 of 100 cases behind ±; ≥ a count that ran out of time. Behind that is --cpu, the share of the CPU that counting may take; --exact counts all.",
  ],
};

/** The keys of the live table of a map's entries. */
const WATCH_KEYS: ScreenKeys = {
  keys: [
    SCROLL,
    ["Enter", "show the entry whole"],
    ["c", "copy the command that looks up the entry (shown, too)"],
    SORT,
    OTHER_SORT,
    REVERSE,
    ["/", `filter by a condition in CEL: value.packets > 1000. ${PROMPT}`],
    PAUSE,
    ["+ -", "read less often, or more often"],
    SUSPEND,
    ["q, Escape", "quit, or go back to top"],
  ],
  notes: [
    "+ marks new entries, ~ changed ones, - those that are gone. Δ is the change since the read before, /s that in a second. Timestamps, ids and flags, by their names, have neither.",
  ],
};

/** The keys of each command with a screen. */
export const SCREEN_KEYS: Readonly<Record<"top" | "stats" | "watch", ScreenKeys>> = {
  top: TOP_KEYS,
  stats: TOP_KEYS,
  watch: WATCH_KEYS,
};

/** Returns the keys of a command's screen; undefined for one without a screen. */
export function screenKeys(command: string): ScreenKeys | undefined {
  return Object.entries(SCREEN_KEYS).find(([name]) => name === command)?.[1];
}

/** Below this width texts stand below their keys. */
const NARROW = 60;
const INDENT = 8;

/** Lays out keys beside what they do, and the notes below. */
export function keyLines({ keys, notes }: ScreenKeys, width: number): string[] {
  const widest = Math.max(...keys.map(([key]) => key.length));
  const beside = (key: string, text: string): string[] => definition(key, text, { width, column: widest + 2 });
  const below = (key: string, text: string): string[] => [...wrap(key, width), ...wrap(text, width, INDENT)];
  return [
    ...keys.flatMap(([key, text]) => (width < NARROW ? below(key, text) : beside(key, text))),
    ...notes.flatMap((note) => ["", ...wrap(note, width)]),
  ];
}
