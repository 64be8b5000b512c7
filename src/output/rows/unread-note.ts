/** The treatment of entries whose value could not be read. */
export type UnreadEntries = "are shown without them" | "are left out";

/** Returns the note about values that could not be read; `label` names the map. */
export function unreadNote(count: number, entries: UnreadEntries, label?: string): string {
  const values = `${count} value${count === 1 ? "" : "s"}${label === undefined ? "" : ` of ${label}`}`;
  return `Note: ${values} could not be read: their entries ${entries}`;
}
