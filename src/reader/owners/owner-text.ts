import { attachmentText } from "./attachment.ts";
import type { MapOwners, OwnerProgram } from "./owners.ts";

/**
 * Returns the name under which maps of an owner add up: the name of the process that has the map open or, failing that,
 * its program or link; else the name of a program; else that of the pin's folder. "" if there is none.
 */
export function ownerName(owners: MapOwners): string {
  const process = owners.processes.find(({ holds }) => holds.includes("map")) ?? owners.processes[0];
  if (process !== undefined) return process.comm;
  const program = owners.programs[0];
  if (program !== undefined) return programName(program);
  const [attachment] = owners.attachments;
  if (attachment !== undefined) return attachmentText(attachment);
  const pin = owners.pins[0];
  return pin === undefined ? "" : pin.slice(0, Math.max(1, pin.lastIndexOf("/")));
}

/**
 * Returns the owners in a line: processes, programs with their places, what the map is attached to; for a
 * pinned map that has none, "orphaned", with a question mark if not all could be looked up. "" if nothing is known.
 */
export function ownersText(owners: MapOwners): string {
  if (owners.isOrphaned) return owners.isComplete ? "orphaned" : "orphaned?";
  const parts = [
    ...owners.processes.map(({ comm, pid }) => `${comm}(${pid})`),
    ...owners.programs.map(ownerProgramText),
    ...owners.attachments.map(attachmentText),
  ];
  return parts.join(", ");
}

/** Returns a program and its places: `count_conns [xdp native eth0]`. */
export function ownerProgramText(program: OwnerProgram): string {
  const places = program.attachments.map(attachmentText).join("; ");
  const name = programName(program);
  const declared = program.relation === "declares" ? " (declares it)" : "";
  return places === "" ? name + declared : `${name} [${places}]${declared}`;
}

function programName({ name, id, type }: OwnerProgram): string {
  return name === "" ? `${type} ${id}` : name;
}
