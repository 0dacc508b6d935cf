// What ten thousand routes and five thousand endpoints cost: how long a push of them keeps the event loop, and what a look-up
// and a pick cost against a small mesh. Times are CPU time of the thread, so that a busy machine does not count.
// Run: npx node --conditions=source bench/scale.ts [routes] [endpoints]
import { create, toBinary } from '@bufbuild/protobuf'
import { newBalanceCounts } from '@heddle/engine/balance/balance-counts'
import type { BalancedEndpoint } from '@heddle/engine/balance/balanced-endpoint'
import { Balancer } from '@heddle/engine/balance/balancer'
import type { BalancerPolicy } from '@heddle/engine/balance/balancer-settings'
import { assignedWeight } from '@heddle/engine/balance/locality-weights'
import type { RequestView } from '@heddle/engine/request/request-view'
import { compileRouteTable } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import { matchRoute } from '@heddle/engine/route/route-table'
import { Cluster_DiscoveryType, ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { buildConfig, type ResourceKind } from '../apps/proxy/src/config/build-config.ts'
import { decodeAhead } from '../apps/proxy/src/config/decode-ahead.ts'
import { decodeHeld, type HeldResources, messagesOf, noResources } from '../apps/proxy/src/resources/held-resources.ts'
import { startTraffic } from '../apps/proxy/src/traffic/start-traffic.ts'

const routes = Number(process.argv[2] ?? 10_000)
const endpoints = Number(process.argv[3] ?? 5000)

/** CPU milliseconds of this thread. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

await measurePush()
measureLookup()
measurePick()

/** As the discovery client works: read, decode in slices, build, put into force; the longest turn of the loop counts. */
async function measurePush(): Promise<void> {
  const clusterBytes = toBinary(
    ClusterSchema,
    create(ClusterSchema, { name: 'up', clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS } }),
  )
  const options = { bindAddress: undefined, local: undefined, revision: '1' }
  const empty = buildConfig(messagesOf(noResources), options).config
  const traffic = startTraffic(empty, { nodeCluster: 'bench' })
  for (let round = 1; round <= 5; round++) {
    const push: [ResourceKind, string, Uint8Array][] = [
      ['cluster', 'up', clusterBytes],
      ['assignment', 'up', assignmentBytes(endpoints, round)],
      ['route', 'routes', routeBytes(routes)],
    ]
    let held: HeldResources = noResources
    let longest = 0
    let total = 0
    for (const [kind, name, bytes] of push) {
      const turn = watchTurns()
      await nextTurn()
      const resource = decodeHeld(kind, String(round), bytes)
      await nextTurn()
      await decodeAhead(kind, [resource.message])
      held = { ...held, [kind]: new Map([[name, resource]]) }
      await traffic.apply(buildConfig(messagesOf(held), options).config)
      await nextTurn()
      const { longestMs, totalMs } = await turn.stop()
      longest = Math.max(longest, longestMs)
      total += totalMs
    }
    console.log(
      `push ${round}: ${routes} routes, ${endpoints} endpoints: ${total.toFixed(0)} ms in all, longest turn ${longest.toFixed(1)} ms`,
    )
  }
  await traffic[Symbol.asyncDispose]()
}

function watchTurns() {
  let isRunning = true
  let last = cpuMs()
  const began = last
  let longestMs = 0
  const tick = () => {
    const now = cpuMs()
    longestMs = Math.max(longestMs, now - last)
    last = now
    if (isRunning) setImmediate(tick)
  }
  setImmediate(tick)
  return {
    async stop() {
      await nextTurn()
      isRunning = false
      return { longestMs, totalMs: cpuMs() - began }
    },
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function measureLookup(): void {
  const small = compiled(10)
  const large = compiled(routes)
  const few = requestsTo(10)
  const many = requestsTo(routes)
  const look = (table: ReturnType<typeof compiled>, requests: readonly RequestView[]) => {
    let found = 0
    for (const request of requests) if (matchRoute(table, request, 0) !== undefined) found++
    return found
  }
  const run = (table: ReturnType<typeof compiled>, requests: readonly RequestView[]) =>
    fastest(() => look(table, requests), requests.length)
  console.log(`look-up: ${run(small, few).toFixed(0)} ns of 10 routes, ${run(large, many).toFixed(0)} ns of ${routes}`)
}

function compiled(count: number) {
  return compileRouteTable(decodeHeld('route', '1', routeBytes(count)).message as RouteConfiguration, decodeOverride)
}

/** A thousand requests that are spread over the routes. */
function requestsTo(count: number): RequestView[] {
  return Array.from({ length: 1000 }, (_, index) => {
    const route = (index * 7919) % count
    const path = `/service-${route % 997}/part-${route}/item-${index}`
    return {
      method: 'GET',
      path,
      query: '',
      authority: 'shop',
      authorityPort: 0,
      scheme: 'http',
      header: () => undefined,
      headerValues: () => [],
    }
  })
}

function measurePick(): void {
  const zoneAware = { enabledPercent: 100, clusterSizeMin: 6 }
  const hashing = { usesHostname: false, balanceFactorPercent: undefined }
  const policies: readonly BalancerPolicy[] = [
    { kind: 'round-robin', slowStart: undefined },
    { kind: 'least-request', choices: 2, activeBias: 1, slowStart: undefined },
    { kind: 'random' },
    { kind: 'peak-ewma', decayMs: 10_000, defaultMs: 10 },
    { kind: 'ring-hash', sizeMin: 1024, sizeMax: 8_388_608, hashFunction: 'xx-hash', hashing },
    { kind: 'maglev', tableSize: 65_537, hashing },
  ]
  for (const policy of policies) {
    const [few, many] = [50, endpoints].map((count) => {
      const settings = {
        policy,
        panicPercent: 50,
        failsOnPanic: false,
        isLocalityWeighted: false,
        zoneAware,
        subsets: undefined,
      }
      const members = {
        endpoints: balanced(count),
        overprovisioningPercent: 140,
        weighsHealth: false,
        requestsActive: () => 0,
        counts: newBalanceCounts(),
        localityWeight: assignedWeight,
        local: () => undefined,
      }
      const balancer = new Balancer(settings, members, Math.random)
      const hash = { hi: 0, lo: 0 }
      return fastest(() => {
        for (let pick = 0; pick < 1000; pick++) {
          hash.hi = Math.imul(pick, 0x9e3779b1) >>> 0
          hash.lo = pick
          balancer.pick(hash, 0, 0)
        }
      }, 1000)
    })
    console.log(`pick, ${policy.kind}: ${few?.toFixed(0)} ns of 50 endpoints, ${many?.toFixed(0)} ns of ${endpoints}`)
  }
}

function balanced(count: number): BalancedEndpoint[] {
  return Array.from({ length: count }, (_, index) => ({
    config: {
      key: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:8080`,
      hostname: '',
      weight: 1 + (index % 2),
      priority: 0,
      locality: '',
      localityWeight: undefined,
      health: 'unknown',
      subsetValues: new Map(),
    },
    active: 0,
    isEjected: false,
    checked: 'unchecked',
    startedMs: 0,
    ewmaMs: 0,
    ewmaAtMs: 0,
    reported: undefined,
  }))
}

/** Nanoseconds of one of `times`, in the best of many runs. */
function fastest(work: () => unknown, times: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 400; run++) {
    const started = process.hrtime.bigint()
    work()
    best = Math.min(best, Number(process.hrtime.bigint() - started) / times)
  }
  return best
}

function routeBytes(count: number): Uint8Array {
  return toBinary(
    RouteConfigurationSchema,
    create(RouteConfigurationSchema, {
      name: 'routes',
      virtualHosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: Array.from({ length: count }, (_, index) => ({
            name: `route-${index}`,
            match: { pathSpecifier: { case: 'prefix' as const, value: `/service-${index % 997}/part-${index}/` } },
            action: {
              case: 'route' as const,
              value: { clusterSpecifier: { case: 'cluster' as const, value: 'up' } },
            },
          })),
        },
      ],
    }),
  )
}

function assignmentBytes(count: number, subnet: number): Uint8Array {
  return toBinary(
    ClusterLoadAssignmentSchema,
    create(ClusterLoadAssignmentSchema, {
      clusterName: 'up',
      endpoints: [
        {
          locality: { region: 'r', zone: 'z' },
          lbEndpoints: Array.from({ length: count }, (_, index) => ({
            hostIdentifier: {
              case: 'endpoint' as const,
              value: {
                address: {
                  address: {
                    case: 'socketAddress' as const,
                    value: {
                      address: `10.${subnet}.${(index >> 8) & 255}.${index & 255}`,
                      portSpecifier: { case: 'portValue' as const, value: 8080 },
                    },
                  },
                },
              },
            },
            metadata: { filterMetadata: { istio: { workload: `web-${index};shop;web;v1;cluster` } } },
          })),
        },
      ],
    }),
  )
}
