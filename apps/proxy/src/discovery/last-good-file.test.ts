import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
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

test('what was saved is loaded again', () => {
  lastGoodFile(folder).save(withCluster('one'))

  expect(names(lastGoodFile(folder).load())).toEqual(['one'])
})

test.each([
  ['tampered with', (text: string) => text.replace('"v1"', '"v2"')],
  ['cut short', (text: string) => text.slice(0, -10)],
  ['emptied', () => ''],
])('a file that was %s is refused, and the generation before it serves', (_what, spoil) => {
  const file = path.join(folder, 'last-good.json')
  lastGoodFile(folder).save(withCluster('one'))
  lastGoodFile(folder).save(withCluster('two'))
  writeFileSync(file, spoil(readFileSync(file, 'utf8')))

  expect(names(lastGoodFile(folder).load())).toEqual(['one'])
})

test('a configuration of more than three days ago is refused', () => {
  lastGoodFile(folder, () => Date.now() - 73 * 3600 * 1000).save(withCluster('one'))

  expect(lastGoodFile(folder).load()).toBeUndefined()
})
