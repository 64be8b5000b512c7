/** What becomes of an entry whose value can't be read: it is shown without one, or is no part of the answer. */
export type UnreadEntries = "are shown without them" | "are left out";

/** The note about values that could not be read; `label` names the map. */
export function unreadNote(count: number, entries: UnreadEntries, label?: string): string {
  const values = `${count} value${count === 1 ? "" : "s"}${label === undefined ? "" : ` of ${label}`}`;
  return `Note: ${values} could not be read: their entries ${entries}`;
}
