import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { create, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { expect, test } from 'vitest'
import { lastGoodFile } from '../src/discovery/last-good-file.ts'
import { decodeHeld, type HeldResources, noResources } from '../src/resources/held-resources.ts'

const clusterCount = 10_000
const turnMaxMs = 50

test('thousands of resources are stored without holding up the event loop for 50 ms', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-last-good-'))
  const file = lastGoodFile(folder)
  const held = withClusters()
  file.save(held)
  await file.settled()
  let isWritten = false
  let longestMs = 0
  let turns = 0
  let startMs = cpuMs()

  file.save(held)
  const settled = file.settled().then(() => (isWritten = true))
  while (!isWritten) {
    await setImmediate()
    const endMs = cpuMs()
    longestMs = Math.max(longestMs, endMs - startMs)
    startMs = endMs
    turns++
  }
  await settled
  const loaded = file.load()
  rmSync(folder, { recursive: true })

  console.log(`${clusterCount} clusters are stored: longest turn ${longestMs.toFixed(0)} ms, of ${turns}`)
  expect(longestMs).toBeLessThan(turnMaxMs)
  expect(loaded?.cluster.size).toBe(clusterCount)
})

/** Each with a kilobyte or two, as with endpoints and TLS. */
function withClusters(): HeldResources {
  const clusters = Array.from({ length: clusterCount }, (_, index) => {
    const name = `cluster-${index}`
    const bytes = toBinary(ClusterSchema, create(ClusterSchema, { name, altStatName: '.'.repeat(1500) }))
    return [name, decodeHeld('cluster', 'v1', bytes)] as const
  })
  return { ...noResources, cluster: new Map(clusters) } as HeldResources // as the union of all kinds has it
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
