/** The facts about a map and its host that a file has beside its columns. */
export interface TableOrigin {
  readonly map: { readonly id: number; readonly name: string; readonly type: string } | undefined;
  /** Undefined where a file doesn't say. */
  readonly kernel: string | undefined;
  readonly host: string | undefined;
  /** Wall clock minus CLOCK_BOOTTIME. */
  readonly bootTimeOffsetNs: bigint;
  readonly time: Date;
  readonly tool: string;
}

/** Returns them as the metadata of a file. */
export function originNotes({ map, kernel, host, bootTimeOffsetNs, time, tool }: TableOrigin): Map<string, string> {
  const notes: readonly (readonly [string, string | undefined])[] = [
    ["map-id", map && String(map.id)],
    ["map-name", map?.name],
    ["map-type", map?.type],
    ["kernel", kernel],
    ["host", host],
    ["boot-time-offset-ns", String(bootTimeOffsetNs)],
    ["time", time.toISOString()],
    ["tool", tool],
  ];
  return new Map(notes.flatMap(([name, value]) => (value === undefined ? [] : [[`ebpf-map:${name}`, value]])));
}

/** Returns the note at the end of a file whether it has all that was to be read. */
export function completeNote(complete: boolean): Map<string, string> {
  return new Map([["ebpf-map:complete", String(complete)]]);
}
