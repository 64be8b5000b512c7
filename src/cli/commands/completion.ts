import { COMPLETE_OPTION } from "../args/flags.ts";
import { completions } from "../args/help/completions.ts";
import { wrongWords } from "../args/usage.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";

const SCRIPT = `# bash completion for ebpf-map: source <(ebpf-map completion)
_ebpf_map() {
  local IFS=$'\\n'
  COMPREPLY=($(ebpf-map ${COMPLETE_OPTION} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2> /dev/null))
}
complete -o bashdefault -o default -F _ebpf_map ebpf-map
`;

/** `completion`: prints the script for bash. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length > 1 || (words[0] ?? "bash") !== "bash") throw wrongWords("completion", words);
  session.out.text(SCRIPT);
  return EXIT.ok;
}

/** Prints the completions of the last of `words`, one per line. */
export async function complete(words: readonly string[], session: Session): Promise<number> {
  for (const word of await completions(words)) session.out.text(`${word}\n`);
  return EXIT.ok;
}
