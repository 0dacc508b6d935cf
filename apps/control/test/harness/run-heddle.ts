import { spawn } from 'node:child_process'
import path from 'node:path'

const main = path.resolve(import.meta.dirname, '../../../cli/src/main.ts')

type Options = {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string
  /** As from a program that takes its time to write. */
  readonly inputAfterMs?: number
  /** What it has said beside its output so far, while it runs. */
  readonly onSaid?: (err: string) => void
}

export type CommandResult = { readonly code: number | null; readonly out: string; readonly err: string }

/** The command line as a shell sees it. `env` is added to the environment; an undefined value takes one out. */
export function runHeddle(
  args: readonly string[],
  { env = {}, input = '', inputAfterMs = 0, onSaid }: Options = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=source', main, ...args], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    child.stdout.on('data', (part) => {
      out += part
    })
    child.stderr.on('data', (part) => {
      err += part
      onSaid?.(err)
    })
    // Whoever reads no input may be gone before it is written.
    child.stdin.on('error', () => undefined)
    setTimeout(() => child.stdin.end(input), inputAfterMs)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
