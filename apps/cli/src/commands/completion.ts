import { Argument, type Command } from 'commander'
import { candidates } from '../output/candidates.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** What each shell runs at the press of Tab: it asks this program, which knows its own commands. */
const scripts: Record<Shell, string> = {
  bash: `_heddle() {
  local IFS=$'\\n'
  COMPREPLY=($(heddle complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _heddle heddle
`,
  zsh: `#compdef heddle
_heddle() {
  local -a found
  found=("\${(@f)$(heddle complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _heddle heddle
`,
  fish: `complete -c heddle -a '(heddle complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
}

export function completion(program: Command): void {
  program
    .command('completion')
    .description('print what completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which one').choices(shells))
    .addHelpText(
      'after',
      `
bash:  source <(heddle completion bash)
zsh:   source <(heddle completion zsh)
fish:  heddle completion fish | source`,
    )
    .action((shell: Shell) => void process.stdout.write(scripts[shell]))
  program
    .command('complete', { hidden: true })
    .description('say how a line could go on; asked by the scripts of `heddle completion`')
    .argument('[words...]', 'the words so far; the last one is being typed')
    .action((words: string[]) => {
      for (const each of candidates(program, words)) console.log(each)
    })
}
