import { COMPLETE_OPTION } from "../../args/flags.ts";

/** The shells that have a script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/** The line that stands for names of files. */
export const FILES_LINE = ":files";

const BASH = `# bash completion for ebpf-map: source <(ebpf-map completion bash)
_ebpf_map() {
  local words=() lines=() line word current
  local -i i
  # Readline breaks words at = and :, which belong to them here.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 1)) && { [[ $word == [=:]* ]] || [[ \${words[-1]} == *[=:] ]]; }; then words[-1]+=$word
    else words+=("$word"); fi
  done
  current=\${words[-1]}
  COMPREPLY=()
  mapfile -t lines < <(ebpf-map ${COMPLETE_OPTION} "\${words[@]}" 2> /dev/null)
  # What stands before the last break is not part of the word that readline completes.
  local before=""
  [[ $current == [\\"\\']* ]] || [[ $current != *[=:]* ]] || before=\${current%"\${current##*[=:]}"}
  for line in "\${lines[@]}"; do
    if [[ $line == ${FILES_LINE} ]]; then compopt -o default -o filenames; continue; fi
    word=\${line%%$'\\t'*}
    [[ $word == *[.=:,\\(] ]] && compopt -o nospace
    word=\${word#"$before"}
    # Descriptions are shown where completions are only listed.
    if ((\${#lines[@]} > 1)) && [[ $COMP_TYPE == 63 || $COMP_TYPE == 64 || $COMP_TYPE == 33 ]] && [[ $line == *$'\\t'* ]]
    then COMPREPLY+=("$word  (\${line#*$'\\t'})")
    else COMPREPLY+=("$word"); fi
  done
}
complete -F _ebpf_map ebpf-map
`;

const ZSH = `#compdef ebpf-map
# zsh completion for ebpf-map: source <(ebpf-map completion zsh)
_ebpf_map() {
  local -a lines plain open plain_shown open_shown
  local line word shown
  local -i files=0
  lines=("\${(@f)$(ebpf-map ${COMPLETE_OPTION} "\${(@)words[1,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)}")
  for line in $lines; do
    if [[ $line == ${FILES_LINE} ]]; then files=1; continue; fi
    word=\${line%%$'\\t'*}
    shown=$word
    [[ $line == *$'\\t'* ]] && shown="$word  -- \${line#*$'\\t'}"
    if [[ $word == *[.=:,\\(] ]]; then open+=("$word"); open_shown+=("$shown")
    else plain+=("$word"); plain_shown+=("$shown"); fi
  done
  (( $#plain )) && compadd -l -d plain_shown -a plain
  (( $#open )) && compadd -l -S '' -d open_shown -a open
  (( files )) && _files
  (( $#plain + $#open + files ))
}
if [[ $funcstack[1] == _ebpf_map ]]; then _ebpf_map "$@"; else compdef _ebpf_map ebpf-map; fi
`;

const FISH = `# fish completion for ebpf-map: ebpf-map completion fish | source
function __ebpf_map_complete
    set -l current (commandline -ct)
    for line in (ebpf-map ${COMPLETE_OPTION} (commandline -opc) "$current" 2> /dev/null)
        if test "$line" = ${FILES_LINE}
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c ebpf-map -f -k -a '(__ebpf_map_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** The commands by which each shell takes its script: now, and in every shell to come. */
export const INSTALLING: Readonly<Record<Shell, readonly [now: string, always: string]>> = {
  bash: ["source <(ebpf-map completion bash)", "echo 'source <(ebpf-map completion bash)' >> ~/.bashrc"],
  zsh: [
    "source <(ebpf-map completion zsh)",
    "echo 'autoload -U compinit && compinit; source <(ebpf-map completion zsh)' >> ~/.zshrc",
  ],
  fish: ["ebpf-map completion fish | source", "ebpf-map completion fish > ~/.config/fish/completions/ebpf-map.fish"],
};
