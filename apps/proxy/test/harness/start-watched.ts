import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { youngSpaceFlag } from '../../../../tools/proxy-flags.ts'
import { address } from './mesh.ts'

export type Watched = AsyncDisposable & {
  readonly adminPort: number
  /** CPU ms of the longest turn of its event loop since the last question. */
  longestTurnMs(): Promise<number>
}

/** The program as a process of its own, whose event loop is watched. */
export async function startWatched(bootstrap: Record<string, unknown>): Promise<Watched> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-watched-'))
  const file = path.join(folder, 'bootstrap.json')
  const adminPort = await refusingPort()
  writeFileSync(file, JSON.stringify({ ...bootstrap, admin: { address: address(adminPort) } }))
  const watch = pathToFileURL(path.join(import.meta.dirname, 'watch-turns.ts')).href
  const main = path.resolve(import.meta.dirname, '../../src/main.ts')
  const flags = [youngSpaceFlag, '--conditions=source', '--import', watch]
  const child: ChildProcess = spawn(process.execPath, [...flags, main, '-c', file, '--drain-time-s', '0'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const stop = async () => {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    rmSync(folder, { recursive: true, force: true })
  }
  await eventually(() => isThere(adminPort)).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    adminPort,
    async longestTurnMs() {
      const answer = once(child, 'message')
      child.send('longest')
      const [longestMs] = (await answer) as [number]
      return longestMs
    },
    [Symbol.asyncDispose]: stop,
  }
}

function isThere(adminPort: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${adminPort}/server_info`).then(
    ({ ok }) => ok,
    () => false,
  )
}
