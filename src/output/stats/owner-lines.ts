import { attachmentText } from "../../reader/owners/attachment.ts";
import { ownerProgramText } from "../../reader/owners/owner-text.ts";
import type { MapOwners, OwnerGap } from "../../reader/owners/owners.ts";

/** Returns who uses a map or keeps it alive, a line for each, and what kept from finding more. */
export function ownerLines(owners: MapOwners, gaps: readonly OwnerGap[]): string[] {
  const lines = [
    ...owners.processes.map(({ comm, pid, holds }) => `process ${comm}(${pid}) holds the ${holds.join(", the ")}`),
    ...owners.programs.map((program) => `program ${ownerProgramText(program)}  id ${program.id}  ${program.type}`),
    ...owners.attachments.map((attachment) => `attached to ${attachmentText(attachment)}`),
    ...owners.outerMaps.map((id) => `lies in map id ${id}`),
    ...owners.pins.map((path) => `pinned at ${path}`),
  ];
  const pin = owners.pins.length === 0 ? "the pin of a map of maps" : "the pin";
  const none = owners.isOrphaned ? `orphaned: only ${pin} keeps it alive` : "nothing was found that keeps it alive";
  return [
    ...(lines.length === 0 || owners.isOrphaned ? [none] : []),
    ...lines,
    ...gaps.map(({ reason }) => `there may be more: ${reason}`),
  ];
}
