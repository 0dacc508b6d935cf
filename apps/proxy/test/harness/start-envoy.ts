import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { test } from 'vitest'
import { ensureEnvoy } from '../../../../tools/find-envoy.mjs'
import { address } from './mesh.ts'

const found = ensureEnvoy()
const program = 'envoy' in found ? found.envoy : undefined

/** A test that needs a real Envoy; skipped where none can be had. */
export const withEnvoy = test.skipIf(program === undefined)

export type TestEnvoy = AsyncDisposable & {
  readonly admin: number
  /** Where its listener "in" accepts. */
  readonly port: number
}

/** A real Envoy on the same bootstrap that a test gives our proxy; its admin port is one of its own. */
export async function startEnvoy(bootstrap: Record<string, unknown> & { readonly admin?: object }): Promise<TestEnvoy> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-envoy-'))
  const admin = await refusingPort()
  const file = path.join(folder, 'bootstrap.json')
  writeFileSync(file, JSON.stringify({ ...bootstrap, admin: { ...bootstrap.admin, address: address(admin) } }))
  const args = ['-c', file, '-l', 'off', '--disable-hot-restart', '--concurrency', '1']
  const child: ChildProcess = spawn(program ?? 'envoy', args, { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const get = (page: string) => fetch(`http://127.0.0.1:${admin}${page}`)
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`Envoy ended with ${child.exitCode}`)
    return get('/ready').then(
      ({ ok }) => ok,
      () => false,
    )
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const { listener_statuses: listeners = [] } = (await (await get('/listeners?format=json')).json()) as {
    listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[]
  }
  return {
    admin,
    port: listeners.find(({ name }) => name === 'in')?.local_address.socket_address.port_value ?? 0,
    [Symbol.asyncDispose]: stop,
  }
}
