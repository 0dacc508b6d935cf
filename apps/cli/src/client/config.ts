import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { parseServer } from './parse-server.ts'

/** Where this person is signed in. */
export type CliConfig = { readonly server: string; readonly token: string; readonly username: string }

const file = () => path.join(process.env.XDG_CONFIG_HOME ?? path.join(homedir(), '.config'), 'heddle', 'config.json')

/** What `heddle login` stored; `HEDDLE_SERVER` and `HEDDLE_TOKEN` win, so that scripts need no file. */
export function readConfig(): CliConfig | undefined {
  const { HEDDLE_SERVER, HEDDLE_TOKEN } = process.env
  const stored = readStored()
  const named = HEDDLE_SERVER ?? stored?.server
  if (named === undefined) return undefined
  const server = parseServer(named)
  // The token that is stored belongs to its server, and is shown to no other.
  const token = HEDDLE_TOKEN ?? (stored?.server === server ? stored.token : undefined)
  if (token === undefined) return undefined
  return { server, token, username: stored?.username ?? 'token' }
}

/** The control plane that is meant when nobody is signed in to one. */
export function serverHere(): string {
  return parseServer(process.env.HEDDLE_SERVER ?? readStored()?.server ?? 'http://127.0.0.1:4000')
}

/** What `heddle login` stored, whatever the environment says. */
export function readStored(): CliConfig | undefined {
  try {
    return JSON.parse(readFileSync(file(), 'utf8')) as CliConfig
  } catch {
    return undefined
  }
}

/** Readable by its owner only: it holds a token. */
export function writeConfig(config: CliConfig): string {
  const target = file()
  mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 })
  const temporary = `${target}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, target)
  return target
}

export function removeConfig(): void {
  rmSync(file(), { force: true })
}
