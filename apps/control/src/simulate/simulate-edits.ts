import { type HttpChainPolicy, possibleOutcomes } from '@heddle/engine/explain/possible-outcomes'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { SimulationResult } from '@heddle/shared/api/simulate'
import { buildSnapshot } from '../snapshot/build-snapshot.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { inboundListener, outboundHttp } from '../snapshot/resource-names.ts'
import { chainOf } from './chain-of.ts'
import { compareOutcomes } from './compare-outcomes.ts'
import { EffectTable } from './effect-table.ts'
import { RecordedRequest, recordedPeer } from './recorded-request.ts'
import { LimitReplay } from './replay-limits.ts'
import { sentenceOf } from './tell-effect.ts'

export type SimulationInput = {
  readonly before: MeshConfig
  readonly after: MeshConfig
  readonly proxies: readonly ProxyDescription[]
  /** Newest first. */
  readonly records: Iterable<RequestRecord>
  readonly windowMinutes: number
  readonly now: number
  readonly affectedProxies: readonly string[]
  /** Objects that are put: those without any effect are told. */
  readonly editedFaults: readonly string[]
}

/** What is measured; how risky that is, is judged by `changes/assess-risk.ts`. */
export type Effect = Omit<SimulationResult, 'risk' | 'riskReasons'>

/** More are not looked at: it must answer while somebody types. */
const recordsMax = 10_000

/**
 * What edits would have done to recorded requests: each goes through what its proxy enforces now and would enforce then,
 * by the engine that the proxies themselves run. Pure.
 */
export function simulateEdits(input: SimulationInput): Effect {
  const { before, after, proxies, records, windowMinutes, now } = input
  const known = new Map(proxies.map((proxy) => [proxy.nodeId, proxy]))
  const chains = [chainCache(before), chainCache(after)] as const
  const table = new EffectTable()
  const recorded = oldestFirst(records, now - windowMinutes * 60_000)
  const weightMax = recorded.reduce((most, { sampleRatio }) => Math.max(most, 1 / sampleRatio), 1)
  const limits = [new LimitReplay(before, weightMax), new LimitReplay(after, weightMax)] as const
  for (const record of recorded) {
    const weight = 1 / record.sampleRatio
    const effect = table.of(record, weight)
    const proxy = known.get(record.proxyId)
    if (proxy === undefined) {
      effect.cannotTell('its proxy is not connected any more', weight)
      continue
    }
    const listener = listenerOf(record, proxy)
    const [chain, next] = [chains[0](proxy, listener), chains[1](proxy, listener)]
    if (chain === undefined || next === undefined) {
      effect.cannotTell('its proxy has no HTTP listener for it', weight)
      continue
    }
    const request = new RecordedRequest(record)
    const peer = recordedPeer(record)
    const outcomes = [possibleOutcomes(chain, request, peer, now), possibleOutcomes(next, request, peer, now)] as const
    const replayed = {
      proxyId: record.proxyId,
      atMs: Date.parse(record.at),
      weight,
      described: { request, remoteAddress: peer.remoteAddress, nodeCluster: '', cluster: '' },
    }
    const difference = compareOutcomes(...outcomes, {
      before: limits[0].refusedShare(chain, outcomes[0], replayed),
      after: limits[1].refusedShare(next, outcomes[1], replayed),
    })
    if (request.unknownHeaders.size > 0 && affects(input.affectedProxies, proxy)) {
      effect.cannotTell(`the header ${[...request.unknownHeaders].join(', ')} is not recorded`, weight)
    } else effect.add(record, weight, difference)
  }
  const edges = table.edges()
  const total = edges.reduce((sum, { requests }) => sum + requests, 0)
  const hasFaults = edges.some(({ faulted, delayed }) => faulted + delayed > 0)
  return {
    sentence: sentenceOf(edges, recorded.length),
    windowMinutes,
    requests: Math.round(total),
    records: recorded.length,
    edges,
    cannotTell: table.reasons(),
    unusedRules: hasFaults || recorded.length === 0 ? [] : [...input.editedFaults],
    affectedProxies: [...input.affectedProxies],
  }
}

/** In the order in which they came: a limit depends on what was before. */
function oldestFirst(newestFirst: Iterable<RequestRecord>, since: number): RequestRecord[] {
  const recorded: RequestRecord[] = []
  for (const record of newestFirst) {
    if (recorded.length >= recordsMax || Date.parse(record.at) < since) break
    recorded.push(record)
  }
  return recorded.reverse()
}

function affects(ids: readonly string[], { nodeId }: ProxyDescription): boolean {
  return ids.includes(nodeId)
}

function listenerOf({ reporter, destination }: RequestRecord, proxy: ProxyDescription): string {
  if (reporter === 'source') return outboundHttp
  const [only] = proxy.inbound
  const port = proxy.inbound.find((inbound) => inbound.port === destination.port) ?? only
  return inboundListener(port?.port ?? destination.port)
}

/** Compiled once per proxy and listener: thousands of records meet few of them. */
function chainCache(mesh: MeshConfig): (proxy: ProxyDescription, listener: string) => HttpChainPolicy | undefined {
  const chains = new Map<string, HttpChainPolicy | undefined>()
  return (proxy, listener) => {
    const key = `${proxy.nodeId}\n${listener}`
    if (!chains.has(key)) chains.set(key, chainOf(buildSnapshot(mesh, proxy), listener))
    return chains.get(key)
  }
}
