import { expect, test } from 'vitest'
import { TrafficCounts } from './traffic-counts.ts'

const inForce = {
  listeners: new Set(['in']),
  http: new Set(['web']),
  tcp: new Set(['raw']),
  virtualClusters: new Map([['shop', new Set(['carts'])]]),
}

test('what has left the configuration is forgotten, and what is in it counts on', () => {
  const counts = new TrafficCounts()
  for (const suffix of ['', '-old']) {
    counts.listener(`in${suffix}`).total++
    counts.tcpChain(`raw${suffix}`)
    counts.httpChain(`web${suffix}`)
    counts.faultsOf(`web${suffix}`).aborts++
    counts.corsOf(`web${suffix}`)
    counts.csrfOf(`web${suffix}`)
    counts.redirectsOf(`web${suffix}`)
    counts.metadataDenied.set(`web${suffix}`, 1)
    counts.virtualCluster('shop', `carts${suffix}`).tries++
  }

  counts.forgetAllBut(inForce)

  const { listeners, tcp, http, faults, cors, csrf, redirects, metadataDenied } = counts
  expect([...listeners.keys(), ...tcp.keys()]).toEqual(['in', 'raw'])
  for (const ofChains of [http, faults, cors, csrf, redirects, metadataDenied]) {
    expect([...ofChains.keys()]).toEqual(['web'])
  }
  expect([...counts.virtualClusters.values()].map(({ name, tries }) => [name, tries])).toEqual([['carts', 1]])
  expect(counts.listener('in').total).toBe(1)
})

test('of prefixes that filters have of their own the oldest go when there are too many', () => {
  const counts = new TrafficCounts()

  for (let index = 0; index < 3000; index++) {
    counts.localLimit(`limit-${index}`)
    counts.connectionRate(`rate-${index}`)
    counts.openLimit(`open-${index}`)
    counts.networkRbac(`rbac-${index}`, '')
  }

  for (const all of [counts.localLimits, counts.connectionRates, counts.openLimits, counts.networkRbacs]) {
    expect(all.size).toBe(2000)
  }
  expect(counts.localLimits.has('limit-2999')).toBe(true)
})
