import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU time of a process in ticks of 10 ms. */
const tickMs = 10

/** CPU time, ms, that a process and its descendants have used. */
export function cpuTimeMs(pid: number): number {
  return tree(pid).reduce((sum, each) => sum + ticksOf(each) * tickMs, 0)
}

/** Resident memory, MiB, of a process and its descendants. */
export function residentMiB(pid: number): number {
  return tree(pid).reduce((sum, each) => sum + residentOf(each), 0)
}

function tree(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const fields = statOf(Number(entry))
    if (fields) parents.set(Number(entry), Number(fields[1]))
  }
  const found = [pid]
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child)
  return found
}

/** Fields of /proc/<pid>/stat behind the name, which may hold anything: state, ppid, … */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function ticksOf(pid: number): number {
  const fields = statOf(pid)
  return fields ? Number(fields[11]) + Number(fields[12]) : 0
}

function residentOf(pid: number): number {
  try {
    const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib ? Number(kib) / 1024 : 0
  } catch {
    return 0
  }
}
