import { type Command, chooseCommand } from "../args/commands.ts";
import { COMPLETE_OPTION } from "../args/flags.ts";
import { program, programOf } from "../args/yargs-program.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";

const SCRIPT = `# bash completion for ebpf-map: source <(ebpf-map completion)
_ebpf_map() {
  local IFS=$'\\n'
  COMPREPLY=($(ebpf-map ${COMPLETE_OPTION} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2> /dev/null))
}
complete -o bashdefault -o default -F _ebpf_map ebpf-map
`;

/** `completion`: the script for bash. */
export async function run(_words: readonly string[], session: Session): Promise<number> {
  session.out.text(SCRIPT);
  return EXIT.ok;
}

/** The words that may stand in place of the last of `words`, one a line: behind a command, its options. */
export async function complete(words: readonly string[], session: Session): Promise<number> {
  const current = words.at(-1) ?? "";
  const command = commandAmong(words.slice(0, -1));
  const candidates = await (command === undefined ? program() : programOf(command)).getCompletion([...words]);
  for (const candidate of candidates) {
    const word = candidate.replace(/:.*$/s, "");
    if (word.startsWith(current) && !/^--.$/.test(word)) session.out.text(`${word}\n`);
  }
  return EXIT.ok;
}

function commandAmong(words: readonly string[]): Command | undefined {
  const word = words.find((candidate) => !candidate.startsWith("-") && candidate !== "map");
  const choice = chooseCommand(word ?? "");
  return word !== undefined && choice.kind === "command" ? choice.command : undefined;
}
