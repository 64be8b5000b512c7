import type { MapOwners } from "../../src/reader/owners/owners.ts";

/** The owners of a map that nobody holds, all of them known. */
export const NO_OWNERS: MapOwners = {
  programs: [],
  processes: [],
  pins: [],
  outerMaps: [],
  attachments: [],
  isOrphaned: false,
  isComplete: true,
};
