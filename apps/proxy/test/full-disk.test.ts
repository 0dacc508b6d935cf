import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { afterAll, expect, test } from 'vitest'
import { lastGoodFile } from '../src/discovery/last-good-file.ts'
import { decodeHeld, type HeldResources, noResources } from '../src/resources/held-resources.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-full-disk-'))
const { error, status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], {
  encoding: 'utf8',
})
const reason = status === 0 ? undefined : (error?.message ?? stderr.trim())
if (reason !== undefined) console.error(`NOT TESTED: a disk that is full (${reason})`)
afterAll(() => {
  if (reason === undefined) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
})

function withClusters(...names: readonly string[]): HeldResources {
  const held = names.map((name) => {
    const bytes = toBinary(ClusterSchema, create(ClusterSchema, { name }))
    return [name, decodeHeld('cluster', 'v1', bytes)] as const
  })
  return { ...noResources, cluster: new Map(held) } as HeldResources // as the union of all kinds has it
}

test.skipIf(reason !== undefined && process.env.CI !== 'true')(
  'a disk that takes only a part leaves the last good configurations whole, and is used again when there is room',
  async () => {
    const file = lastGoodFile(folder)
    const save = (held: HeldResources) => {
      file.save(held)
      return file.settled()
    }
    const names = () => [...(lastGoodFile(folder).load()?.cluster.keys() ?? [])]
    const large = withClusters(...Array.from({ length: 3000 }, (_, index) => `cluster-${'x'.repeat(50)}-${index}`))
    await save(withClusters('one'))
    await save(withClusters('two'))
    const { bavail, bsize } = statfsSync(folder)
    const ballast = path.join(folder, 'ballast')
    // Less than the large one needs, and more than nothing.
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 100_000))

    await save(large)
    await save(large)
    const full = { names: names(), files: readdirSync(folder).sort() }
    rmSync(ballast)
    await save(large)

    expect(full.names).toEqual(['two'])
    expect(full.files).toEqual(['ballast', 'last-good.json', 'last-good.previous.json', 'state.key'])
    expect(names()).toHaveLength(3000)
  },
)
