import { CliError, exitCodes } from './cli-error.ts'
import { readStdin } from './read-stdin.ts'

/** From standard input, or typed without echo. Never from an argument: those show in process lists. */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await readStdin()).toString('utf8').replace(/\r?\n$/, '')
  if (!process.stdin.isTTY) throw new CliError(exitCodes.usage, 'no password', { hint: 'give --password-stdin' })
  process.stderr.write('password: ')
  process.stdin.setRawMode(true)
  let typed = ''
  try {
    for await (const part of process.stdin) {
      for (const character of String(part)) {
        if (character === '\r' || character === '\n') return typed
        if (character === '\u0003') throw new CliError(exitCodes.usage, 'cancelled')
        typed = character === '\u007f' ? typed.slice(0, -1) : typed + character
      }
    }
    return typed
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stderr.write('\n')
  }
}
