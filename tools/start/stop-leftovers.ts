import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PlainError } from '../task-list.mjs'

/** What a start has running; written anew whenever that changes. */
export type StartRecord = { readonly starter: number; readonly pids: readonly number[] }

/** What each process has in its environment: the number of the start that it belongs to. */
export const startedBy = 'HEDDLE_STARTED_BY'

/** Also those that had been started and not been written down yet. */
export function processesOf(starter: number): number[] {
  const mark = `${startedBy}=${starter}`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).split('\0').includes(mark))
    .map(Number)
}

/**
 * Ends what an earlier start left behind when it was killed outright. A process counts as ours only when its command line
 * names this clone or it works in it: the number alone may belong to somebody else by now. Next.js renames itself, so that
 * only its folder tells.
 */
export async function stopLeftovers(pidFile: string, root: string, more: readonly number[] = []): Promise<number> {
  const pids = [...new Set([...readRecord(pidFile).pids, ...more])]
  // In a container that was killed, and whose data stay, the next start counts its processes from the same number on.
  const others = pids.filter((pid) => pid !== process.pid && pid !== process.ppid)
  const ours = others.filter((pid) => commandLine(pid).includes(root) || isWithin(root, folderOf(pid)))
  for (const pid of ours) signal(pid, 'SIGTERM')
  for (let waited = 0; waited < 5000 && ours.some(isAlive); waited += 50) await delay(50)
  for (const pid of ours.filter(isAlive)) signal(pid, 'SIGKILL')
  return ours.length
}

/**
 * Refuses while an earlier start is there: what it has running is no leftover, and it would start again what is ended, on
 * the ports of the new one.
 */
export function assertNotRunning(pidFile: string, root: string): void {
  const { starter } = readRecord(pidFile)
  if (starter === 0 || starter === process.pid || !commandLine(starter).includes(path.join(root, 'tools/start.ts')))
    return
  throw new PlainError(
    `Heddle runs already on ${path.dirname(pidFile)}, as process ${starter}`,
    `end it with Ctrl-C where it runs or with kill ${starter}; a second one needs a HEDDLE_DATA and ports of its own`,
  )
}

/** Nothing in it where there is none, or where it was cut while it was written. */
export function readRecord(file: string): StartRecord {
  const isPid = (pid: unknown): pid is number => Number.isInteger(pid) && Number(pid) > 1
  try {
    const { starter, pids }: { starter?: unknown; pids?: unknown } = JSON.parse(readFileSync(file, 'utf8'))
    return { starter: isPid(starter) ? starter : 0, pids: Array.isArray(pids) ? pids.filter(isPid) : [] }
  } catch {
    return { starter: 0, pids: [] }
  }
}

function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

function isWithin(root: string, folder: string): boolean {
  return folder === root || folder.startsWith(`${root}${path.sep}`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended in between, which is what was wanted.
  }
}
