import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runOurs } from "../helpers/run-ours.ts";
import type { Scratch } from "../helpers/scratch.ts";
import type { Carried } from "./guest-result.ts";

/** Reads a guest's snapshot on this machine. Returns what is printed differently here, a line each. */
export async function differencesOfCarried(scratch: Scratch, { snapshot, outputs }: Carried): Promise<string[]> {
  const path = join(scratch.folder, "carried.ndjson");
  writeFileSync(path, snapshot, "latin1");
  const differences: string[] = [];
  for (const { words, stdout } of outputs) {
    const printed = await runOurs([...words, "file", path]);
    if (printed.stdout.toString("latin1") !== stdout || printed.status !== 0) {
      differences.push(`its snapshot here: ${words.join(" ")}: ${printed.stderr}other bytes than there`);
    }
  }
  return differences;
}
