import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
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
): Promise<Supervised> {
  const port = await refusingPort()
  const adminPort = await refusingPort()
  const [listener] = listeners
  const { file } = writeBootstrap([{ ...listener, address: address(port) }], clusters, port, adminPort)
  const child = launch(file, flags)
  const lines: string[] = []
  child.stderr?.on('data', (part: Buffer) => lines.push(...part.toString().split('\n')))
  const hears = (...words: readonly string[]) =>
    eventually(() => lines.some((line) => words.every((word) => line.includes(word))), 20_000)
  await hears('"message":"serving"')
  expect(await status(port)).toBe(200)
  return {
    child,
    port,
    adminPort,
    file,
    hears,
    count: (words) => lines.filter((line) => line.includes(words)).length,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

export function writeBootstrap(
  listeners: readonly Json[],
  clusters: readonly Json[],
  _port: number,
  adminPort: number,
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-restart-'))
  const file = path.join(folder, 'bootstrap.json')
  const bootstrap = {
    node: { id: 'test', cluster: 'test.default' },
    admin: { address: address(adminPort) },
    static_resources: { listeners, clusters },
  }
  writeFileSync(file, JSON.stringify(bootstrap))
  return { file }
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
