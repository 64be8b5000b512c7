import { wrongWords } from "../args/usage.ts";
import { demoSnapshot } from "../package/package-files.ts";
import type { Session } from "../session/session.ts";
import { run as dump } from "./dump.ts";

/** `demo`: dumps the bundled snapshot like any other, and prints on stderr what to try next. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length > 0) throw wrongWords("demo", words);
  const status = await dump(["file", demoSnapshot()], session);
  session.warn("This was a snapshot of a connection table. To list the maps of this machine: sudo ebpf-map list");
  session.warn("To dump one: sudo ebpf-map dump id N, or ebpf-map dump pinned PATH. For more: ebpf-map help");
  return status;
}
