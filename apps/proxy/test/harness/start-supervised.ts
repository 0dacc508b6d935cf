import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect } from 'vitest'
import { address } from './mesh.ts'

type Json = Record<string, unknown>

export type Supervised = AsyncDisposable & {
  readonly child: ChildProcess
  readonly port: number
  readonly adminPort: number
  readonly file: string
  /** Waits for a line of the log that has all the words. */
  hears(...words: readonly string[]): Promise<void>
  count(words: string): number
}

/** The whole program, with a process above its workers. */
export async function startSupervised(
  listeners: readonly Json[],
  clusters: readonly Json[],
  flags: readonly string[],
  more: Json = {},
): Promise<Supervised> {
  const port = await refusingPort()
  const adminPort = await refusingPort()
  const [listener] = listeners
  const placed = writeBootstrap([{ ...listener, address: address(port) }], clusters, adminPort, more)
  const { file } = placed
  const child = launch(file, flags)
  const stop = async () => {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    placed[Symbol.dispose]()
  }
  const lines: string[] = []
  child.stderr?.on('data', (part: Buffer) => lines.push(...part.toString().split('\n')))
  const hears = (...words: readonly string[]) =>
    eventually(() => lines.some((line) => words.every((word) => line.includes(word))))
  try {
    await hears('"message":"serving"')
    expect(await status(port)).toBe(200)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    child,
    port,
    adminPort,
    file,
    hears,
    count: (words) => lines.filter((line) => line.includes(words)).length,
    [Symbol.asyncDispose]: stop,
  }
}

/** A bootstrap file in a folder of its own, which goes when nobody needs it any more. */
export function writeBootstrap(
  listeners: readonly Json[],
  clusters: readonly Json[],
  adminPort: number,
  more: Json = {},
): Disposable & { readonly file: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-restart-'))
  const file = path.join(folder, 'bootstrap.json')
  const bootstrap = {
    node: { id: 'test', cluster: 'test.default' },
    admin: { address: address(adminPort) },
    static_resources: { listeners, clusters },
    ...more,
  }
  writeFileSync(file, JSON.stringify(bootstrap))
  return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

export function launch(
  file: string,
  flags: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): ChildProcess {
  const entry = path.resolve(import.meta.dirname, '../../src/supervise.ts')
  return spawn(process.execPath, ['--conditions=source', entry, '-c', file, '--drain-time-s', '600', ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
}

export async function status(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })
  await response.body?.cancel()
  return response.status
}
