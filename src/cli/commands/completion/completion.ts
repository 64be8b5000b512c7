import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { visible } from "../../../output/terminal/visible.ts";
import { wrongWords } from "../../args/usage.ts";
import { EXIT } from "../../result/exit-codes.ts";
import type { Session } from "../../session/session.ts";
import { candidatesOf } from "./candidates.ts";
import { FILES_LINE, INSTALLING, SCRIPTS, SHELLS } from "./scripts.ts";

/**
 * `completion [SHELL]`: prints the script for a shell. Without a shell it tells on a terminal how to install it for the
 * one in use; in a pipe, for which there were scripts in the past, it prints the one for bash.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const [word, ...more] = words;
  const shell = SHELLS.find((one) => one === word);
  if (more.length > 0 || (word !== undefined && shell === undefined)) throw wrongWords("completion", words);
  if (shell !== undefined) session.out.text(SCRIPTS[shell]);
  else if (session.context.stdout.isTerminal) session.out.text(installing(session.context.env.SHELL));
  else session.out.text(SCRIPTS.bash);
  return EXIT.ok;
}

function installing(loginShell: string | undefined): string {
  const names = [parentName(), basename(loginShell ?? "")];
  const shell = names.map((name) => SHELLS.find((one) => one === name)).find((one) => one !== undefined) ?? "bash";
  const [now, always] = INSTALLING[shell];
  const others = SHELLS.filter((one) => one !== shell).map((one) => `ebpf-map completion ${one}`);
  return `Completion for ${shell}, in this shell:\n    ${now}\nIn every new one:\n    ${always}\nOther shells: ${others.join(", ")}\n`;
}

/** Returns the name of the process that started this one, "" where there is no /proc. */
function parentName(): string {
  try {
    return readFileSync(`/proc/${process.ppid}/comm`, "latin1").trim();
  } catch {
    return "";
  }
}

/** Prints the completions of the last of `words`, one a line, with its description behind a tab. */
export async function complete(words: readonly string[], session: Session): Promise<number> {
  const { candidates, files } = await candidatesOf(words, session);
  for (const { text, description } of candidates) {
    // A name that would have to be escaped is not offered: nothing of a map is run by a shell.
    if (/[^\w .,:;=@%+/()[\]<>&|!?*~"-]/.test(text)) continue;
    const shown = description === undefined ? "" : `\t${visible(description).replaceAll(/\s+/g, " ")}`;
    session.out.text(`${text}${shown}\n`);
  }
  if (files) session.out.text(`${FILES_LINE}\n`);
  return EXIT.ok;
}
