import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Ends what an earlier start left behind when it was killed outright. A process counts as ours only when its command line
 * names this clone or it works in it: the number alone may belong to somebody else by now. Next.js renames itself, so that
 * only its folder tells.
 */
export async function stopLeftovers(pidFile: string, root: string): Promise<number> {
  const ours = readPids(pidFile).filter((pid) => commandLine(pid).includes(root) || isWithin(root, folderOf(pid)))
  for (const pid of ours) signal(pid, 'SIGTERM')
  for (let waited = 0; waited < 5000 && ours.some(isAlive); waited += 50) await delay(50)
  for (const pid of ours.filter(isAlive)) signal(pid, 'SIGKILL')
  return ours.length
}

function readPids(file: string): number[] {
  if (!existsSync(file)) return []
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(value) ? value.filter((pid): pid is number => Number.isInteger(pid) && pid > 1) : []
  } catch {
    return []
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
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
