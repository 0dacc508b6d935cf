import { readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const signal = 'SIGUSR2'
const limitMs = 60_000

/** Flags with which Node writes a heap snapshot into a folder when it is asked to. */
export function snapshotFlags(folder: string): readonly string[] {
  return [`--heapsnapshot-signal=${signal}`, `--diagnostic-dir=${folder}`]
}

type Snapshot = {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } }
  readonly nodes: readonly number[]
}

/** MiB of what is alive in the JavaScript heap of a process started with `snapshotFlags`. Its memory is larger afterwards. */
export async function liveHeapMiB(pid: number, folder: string): Promise<number> {
  process.kill(pid, signal)
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    await delay(500)
    const file = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'))
    const bytes = file === undefined ? undefined : wholeSnapshot(path.join(folder, file))
    if (file === undefined || bytes === undefined) continue
    rmSync(path.join(folder, file))
    return bytes / 1024 / 1024
  }
  throw new Error('the process wrote no heap snapshot')
}

/** Undefined while it is being written. */
function wholeSnapshot(file: string): number | undefined {
  try {
    const { snapshot, nodes } = JSON.parse(readFileSync(file, 'utf8')) as Snapshot // V8 wrote it
    const fields = snapshot.meta.node_fields
    let bytes = 0
    for (let at = fields.indexOf('self_size'); at < nodes.length; at += fields.length) bytes += nodes[at] ?? 0
    return bytes
  } catch {
    return undefined
  }
}
