import { byUrgency } from "../../../output/stats/stats-order.ts";
import { wrongWords } from "../../args/usage.ts";
import { usage } from "../../result/command-error.ts";
import { hasScreen } from "../../screen/terminal.ts";
import type { Session } from "../../session/session.ts";
import { printLines, runTop, TOO_FULL } from "./stats-screen.ts";

/** `top [MAP…]`: shows the fullest maps first; in a pipe, prints what `stats --watch` prints, in that order. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length % 2 !== 0) throw wrongWords("top", words);
  const { context, options } = session;
  const { isTerminal } = context.stdout;
  if (options.watchOutput === "table" && !isTerminal) throw usage("top -o table needs a terminal");
  if (options.watchOutput === "ndjson" || !isTerminal || !hasScreen(context.env.TERM)) {
    return await printLines(words, session, byUrgency(options.warn ?? TOO_FULL));
  }
  return await runTop(words, session, "urgency");
}
