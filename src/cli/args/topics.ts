/** The headings below which help texts show flags, in their order. */
export const TOPICS = [
  "Entries",
  "CPUs and groups",
  "Format",
  "Types",
  "Watching",
  "Events",
  "Groups of events",
  "Options",
] as const;

export type Topic = (typeof TOPICS)[number];
