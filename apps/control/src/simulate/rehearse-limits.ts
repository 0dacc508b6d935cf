import { possibleOutcomes } from '@heddle/engine/explain/possible-outcomes'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { ChainsOfProxies } from './chains-of-proxies.ts'
import type { ClusterSpread } from './cluster-spread.ts'
import type { EffectTable } from './effect-table.ts'
import { notRecorded, RecordedRequest, recordedPeer } from './recorded-request.ts'
import { LimitReplay } from './replay-limits.ts'

/** One of the two configurations. */
export type Side = { readonly mesh: MeshConfig; readonly chains: ChainsOfProxies; readonly spread: ClusterSpread }

export type ReplayedLimits = { readonly records: number; readonly firstAt: number }

/**
 * What rate limits would refuse. Whether they do depends on what came just before, so the newest records go through
 * them one after the other; a selection of an hour's would not do. Undefined: neither configuration has a limit.
 */
export function rehearseLimits(
  table: EffectTable,
  { before, after, recorded, proxies, affected, now }: LimitsInput,
): ReplayedLimits | undefined {
  const [first] = recorded
  if (first === undefined || ![before, after].some(({ mesh }) => mesh.policies.some(isLimit))) return undefined
  const weightMax = recorded.reduce((most, { sampleRatio }) => Math.max(most, 1 / sampleRatio), 1)
  const limits = [new LimitReplay(before.mesh, weightMax), new LimitReplay(after.mesh, weightMax)] as const
  for (const record of recorded) {
    const proxy = proxies.get(record.proxyId)
    if (proxy === undefined) continue
    const [chain, next] = [before.chains.of(record, proxy), after.chains.of(record, proxy)]
    if (chain === undefined || next === undefined) continue
    const request = new RecordedRequest(record)
    const peer = recordedPeer(record)
    const weight = 1 / record.sampleRatio
    const replayed = {
      proxyId: record.proxyId,
      atMs: Date.parse(record.at),
      weight,
      described: { request, remoteAddress: peer.remoteAddress, nodeCluster: '', cluster: '' },
    }
    const refused = {
      before: limits[0].refusedShare(chain, possibleOutcomes(chain, request, peer, now), replayed),
      after: limits[1].refusedShare(next, possibleOutcomes(next, request, peer, now), replayed),
    }
    if (request.unknownHeaders.size === 0) table.replayed(record, weight, refused)
    else if (affected.has(proxy.nodeId)) table.notReplayed(record, weight, notRecorded(request))
  }
  return { records: recorded.length, firstAt: Date.parse(first.at) }
}

type LimitsInput = {
  readonly before: Side
  readonly after: Side
  /** In the order in which they came. */
  readonly recorded: readonly RequestRecord[]
  /** By their id. */
  readonly proxies: ReadonlyMap<string, ProxyDescription>
  /** Ids of the proxies that would be told something else. */
  readonly affected: ReadonlySet<string>
  readonly now: number
}

function isLimit({ object }: MeshConfig['policies'][number]): boolean {
  return object.kind === 'RateLimit'
}
