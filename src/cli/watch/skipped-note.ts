/**
 * Returns the note about ticks that passed while a map was read, or while this process did not run. Times in
 * milliseconds.
 */
export function skippedNote(
  label: string,
  skipped: number,
  { took, interval }: { took: number; interval: number },
): string {
  const times = skipped === 1 ? "1 tick" : `${skipped} ticks`;
  const why = took > interval ? `reading took ${Math.round(took)} ms, longer than --interval` : "the machine was busy";
  return `Note: ${label}: ${times} skipped: ${why}`;
}
