import { possibleOutcomes } from '@heddle/engine/explain/possible-outcomes'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { SimulationResult } from '@heddle/shared/api/simulate'
import type { DrawnRecord } from '../signals/rehearsal-sample.ts'
import type { RequestRecords } from '../signals/request-records.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { ChainsOfProxies } from './chains-of-proxies.ts'
import { ClusterSpread } from './cluster-spread.ts'
import { compareOutcomes } from './compare-outcomes.ts'
import { EffectTable } from './effect-table.ts'
import { notRecorded, RecordedRequest, recordedPeer } from './recorded-request.ts'
import { rehearseLimits, type Side } from './rehearse-limits.ts'
import { placesOf } from './request-places.ts'
import { sentenceOf } from './tell-effect.ts'

export type SimulationInput = {
  readonly before: MeshConfig
  readonly after: MeshConfig
  readonly proxies: readonly ProxyDescription[]
  readonly records: Pick<RequestRecords, 'newestFirst' | 'drawnSince'>
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
  const { records, windowMinutes, now } = input
  const since = now - windowMinutes * 60_000
  const proxies = new Map(input.proxies.map((proxy) => [proxy.nodeId, proxy]))
  const affected = new Set(input.affectedProxies)
  const before = sideOf(input.before)
  const after = sideOf(input.after)
  const drawn = records.drawnSince(since, recordsMax)
  const table = new EffectTable()
  for (const each of drawn.records) rehearse(table, each, { before, after, proxies, affected, now })
  const recorded = oldestFirst(records.newestFirst(now), since)
  const limits = rehearseLimits(table, { before, after, recorded, proxies, affected, now })
  const edges = table.edges()
  const total = edges.reduce((sum, { requests }) => sum + requests, 0)
  const hasFaults = edges.some(({ faulted, delayed }) => faulted + delayed > 0)
  return {
    sentence: sentenceOf(edges, drawn.records.length),
    windowMinutes,
    ...(drawn.records.length === 0 ? {} : { since: new Date(drawn.firstAt).toISOString() }),
    requests: Math.round(total),
    records: drawn.records.length,
    edges,
    cannotTell: table.reasons(),
    ...(limits && { limits: { records: limits.records, since: new Date(limits.firstAt).toISOString() } }),
    unusedRules: hasFaults || drawn.records.length === 0 ? [] : [...input.editedFaults],
    affectedProxies: [...input.affectedProxies],
  }
}

function sideOf(mesh: MeshConfig): Side {
  return { mesh, chains: new ChainsOfProxies(mesh), spread: new ClusterSpread(mesh) }
}

type Rehearsal = {
  readonly before: Side
  readonly after: Side
  /** By their id. */
  readonly proxies: ReadonlyMap<string, ProxyDescription>
  readonly affected: ReadonlySet<string>
  readonly now: number
}

function rehearse(
  table: EffectTable,
  { record, weight }: DrawnRecord,
  { before, after, proxies, affected, now }: Rehearsal,
): void {
  const effect = table.of(record, weight)
  const proxy = proxies.get(record.proxyId)
  const [chain, next] = proxy ? [before.chains.of(record, proxy), after.chains.of(record, proxy)] : []
  if (proxy === undefined) effect.cannotTell('its proxy is not connected any more', weight)
  else if (chain === undefined || next === undefined) {
    effect.cannotTell('its proxy has no HTTP listener for it', weight)
  } else {
    const request = new RecordedRequest(record)
    const peer = recordedPeer(record)
    const outcomes = possibleOutcomes(chain, request, peer, now)
    const outcomesThen = possibleOutcomes(next, request, peer, now)
    const places = { before: placesOf(outcomes, before.spread), after: placesOf(outcomesThen, after.spread) }
    const difference = compareOutcomes(outcomes, outcomesThen, places, record.durationMs)
    if (request.unknownHeaders.size > 0 && affected.has(proxy.nodeId)) effect.cannotTell(notRecorded(request), weight)
    else effect.add(record, weight, difference)
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
