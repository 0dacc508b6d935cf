import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { cluster } from './harness/mesh.ts'
import { ads, bootstrapOf } from './harness/over-xds.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'
import { startXdsServer } from './harness/xds-server.ts'

test('a proxy that stops waits until what it has taken is on the disk', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-last-good-'))
  // A disk that does not answer: whoever opens it to write waits for a reader.
  const stuck = path.join(folder, 'last-good.json.new')
  execFileSync('mkfifo', [stuck])
  await using server = await startXdsServer()
  const proxy = await startWholeProxy(bootstrapOf(server, ads, 'GRPC'), folder)
  server.set('Cluster', [cluster('up', [9])])
  await eventually(() => server.said.some(({ kind, nonce }) => kind === 'Cluster' && nonce !== ''))
  let isStopped = false

  const stopped = proxy.stop().then(() => (isStopped = true))
  for (let turns = 0; turns < 200; turns++) await setImmediate()
  const wasStopped = isStopped
  createReadStream(stuck).resume()
  await stopped
  rmSync(folder, { recursive: true })

  expect(wasStopped).toBe(false)
})
