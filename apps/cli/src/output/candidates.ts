import type { Command } from 'commander'

/** How a command line could go on: `words` without the program, the last one being typed. Pure. */
export function candidates(program: Command, words: readonly string[]): string[] {
  const typed = words.at(-1) ?? ''
  let command = program
  let place = 0
  let awaiting: string | undefined
  for (const word of words.slice(0, -1)) {
    if (awaiting !== undefined) awaiting = undefined
    else if (word.startsWith('-')) awaiting = takesValue(command, word) ? word : undefined
    else {
      const next = command.commands.find((each) => each.name() === word)
      if (next === undefined) place++
      else command = next
    }
  }
  return wanted(command, awaiting, place, typed).filter((each) => each.startsWith(typed))
}

function wanted(command: Command, awaiting: string | undefined, place: number, typed: string): readonly string[] {
  if (awaiting !== undefined) return optionOf(command, awaiting)?.argChoices ?? []
  if (typed.startsWith('-')) {
    const own = command.options.filter(({ hidden }) => !hidden).flatMap(({ long, short }) => long ?? short ?? [])
    return [...own, '--help']
  }
  const below = command.createHelp().visibleCommands(command)
  if (below.length > 0) return below.map((each) => each.name())
  return command.registeredArguments[place]?.argChoices ?? []
}

function takesValue(command: Command, word: string): boolean {
  const option = optionOf(command, word)
  return option !== undefined && (option.required || option.optional)
}

function optionOf(command: Command, word: string) {
  return command.options.find(({ short, long }) => short === word || long === word)
}
