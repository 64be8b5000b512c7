/** The headings of flags in help texts, in order. */
export const TOPICS = [
  "Entries",
  "CPUs and groups",
  "Format",
  "Types",
  "Watching",
  "Events",
  "Groups of events",
  "Serving",
  "Options",
] as const;

export type Topic = (typeof TOPICS)[number];
