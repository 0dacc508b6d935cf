import { execFileSync } from 'node:child_process'
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { create, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeHeld, type HeldResources, noResources } from '../resources/held-resources.ts'
import { lastGoodFile } from './last-good-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heddle-last-good-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function withCluster(name: string): HeldResources {
  const bytes = toBinary(ClusterSchema, create(ClusterSchema, { name }))
  return { ...noResources, cluster: new Map([[name, decodeHeld('cluster', 'v1', bytes)]]) } as HeldResources
}

const names = (held: HeldResources | undefined) => held && [...held.cluster.keys()]

async function saved(held: HeldResources, now?: () => number): Promise<void> {
  const file = lastGoodFile(folder, now)
  file.save(held)
  await file.settled()
}

test('what was saved is loaded again', async () => {
  await saved(withCluster('one'))

  expect(names(lastGoodFile(folder).load())).toEqual(['one'])
})

test.each([
  ['tampered with', (text: string) => text.replace('"v1"', '"v2"')],
  ['cut short', (text: string) => text.slice(0, -10)],
  ['emptied', () => ''],
])('a file that was %s is refused, and the generation before it serves', async (_what, spoil) => {
  const file = path.join(folder, 'last-good.json')
  await saved(withCluster('one'))
  await saved(withCluster('two'))
  writeFileSync(file, spoil(readFileSync(file, 'utf8')))

  expect(names(lastGoodFile(folder).load())).toEqual(['one'])
})

test('a configuration of more than three days ago is refused', async () => {
  await saved(withCluster('one'), () => Date.now() - 73 * 3600 * 1000)

  expect(lastGoodFile(folder).load()).toBeUndefined()
})

test('of many that come while one is written only the last is written after it', async () => {
  const file = lastGoodFile(folder)

  for (let index = 0; index < 100; index++) file.save(withCluster(`at ${index}`))
  await file.settled()
  const last = names(file.load())
  rmSync(path.join(folder, 'last-good.json'))

  expect(last).toEqual(['at 99'])
  expect(names(file.load())).toEqual(['at 0'])
})

test('a disk that does not answer holds up nothing, and is used again when it does', async () => {
  const file = lastGoodFile(folder)
  // Whoever opens it to write waits for a reader.
  const stuck = path.join(folder, 'last-good.json.new')
  execFileSync('mkfifo', [stuck])
  let isSettled = false

  file.save(withCluster('one'))
  const settled = file.settled().then(() => (isSettled = true))
  for (let turns = 0; turns < 100; turns++) await setImmediate()
  const wasSettled = isSettled
  file.save(withCluster('two'))
  createReadStream(stuck).resume()
  await settled

  expect(wasSettled).toBe(false)
  expect(names(file.load())).toEqual(['two'])
})
