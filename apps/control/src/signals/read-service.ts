import type { ChangeMarker, ServiceDetail, ServiceSignals, ServiceSummary } from '@heddle/shared/api/signals'
import { describePolicy } from '@heddle/shared/model/describe-policy'
import { effectiveConfig } from '../snapshot/effective-config.ts'
import { viewOf } from '../snapshot/mesh-view.ts'
import { policyTargets } from '../snapshot/policy-targets.ts'
import type { Store } from '../store/open-store.ts'
import { compareInstances } from './compare-instances.ts'
import { type GraphSources, liveGraph } from './read-graph.ts'
import { readBuckets } from './read-signals.ts'
import { serviceSeries } from './service-series.ts'
import type { TimeRange } from './time-range.ts'

type Destination = { readonly namespace: string; readonly service: string }

export function serviceSummaries(sources: GraphSources): ServiceSummary[] {
  return liveGraph(sources, undefined)
    .nodes.filter(({ kind }) => kind === 'service')
    .map(({ namespace, name, health, since, signals, proxies, versions, partOf }) => ({
      namespace,
      name,
      health,
      ...(since === undefined ? {} : { since }),
      signals,
      proxies,
      versions: versions.map(({ version }) => version),
      ...(partOf === undefined ? {} : { partOf }),
    }))
}

/** Undefined when nobody knows the service. */
export async function serviceDetail(
  sources: GraphSources,
  store: Store,
  { namespace, service }: Destination,
): Promise<ServiceDetail | undefined> {
  const summary = serviceSummaries(sources).find((each) => each.namespace === namespace && each.name === service)
  if (summary === undefined) return undefined
  const id = `svc:${namespace}/${service}`
  const { edges } = liveGraph(sources, undefined)
  const mesh = sources.state.mesh()
  const key = `${namespace}/${service}`
  const targetsOf = policyTargets(viewOf(mesh))
  const now = sources.telemetry.signals.now()
  const markers = await changeMarkers(store, now - 7 * 86_400, now).catch(() => [])
  const lastChange = markers.at(-1)
  return {
    summary,
    callers: edges.filter(({ target }) => target === id),
    dependencies: edges.filter(({ source }) => source === id),
    instances: compareInstances(
      sources.telemetry.signals,
      sources.proxies.list().filter((proxy) => proxy.namespace === namespace && proxy.service === service),
    ),
    policies: mesh.policies
      .filter((policy) => targetsOf(policy).includes(key))
      .map(({ object }) => ({
        kind: object.kind,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        effect: describePolicy(object).effect,
      })),
    effective: effectiveConfig(mesh, namespace, service).map(({ setting, value, origin, revision }) => ({
      setting,
      value,
      origin,
      ...(revision === undefined ? {} : { revision }),
    })),
    ...(lastChange === undefined ? {} : { lastChange }),
  }
}

export async function serviceSignals(
  sources: GraphSources,
  store: Store,
  destination: Destination,
  range: TimeRange,
): Promise<ServiceSignals> {
  const { signals } = sources.telemetry
  const { buckets, stepSeconds } = await readBuckets(signals, store, destination, range)
  const own = sources.proxies
    .list()
    .filter(({ namespace, service }) => namespace === destination.namespace && service === destination.service)
  const gauge = (name: 'in_flight' | 'connections' | 'pending') => ({
    name: name.replace('_', ' '),
    unit: 'count' as const,
    values: buckets.map(({ at }) => {
      const values = own
        .map(({ id }) => signals.gaugeBetween(id, name, at, at + stepSeconds))
        .filter((value) => value !== undefined)
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
    }),
  })
  return {
    from: new Date(range.from * 1000).toISOString(),
    to: new Date(range.to * 1000).toISOString(),
    stepSeconds,
    ...serviceSeries(buckets, stepSeconds),
    saturation: [gauge('in_flight'), gauge('connections'), gauge('pending')],
    // Charts are worth showing without them.
    markers: await changeMarkers(store, range.from, range.to).catch(() => []),
  }
}

/** When the configuration of the mesh changed, oldest first. */
async function changeMarkers({ db }: Store, from: number, to: number): Promise<ChangeMarker[]> {
  const rows = await db.revision.findMany({
    where: { at: { gte: new Date(from * 1000), lt: new Date(to * 1000) } },
    orderBy: { number: 'desc' },
    take: 200,
    select: { number: true, at: true, title: true, changeId: true, restores: true },
  })
  return rows.reverse().map(({ number, at, title, changeId, restores }) => ({
    at: at.toISOString(),
    kind: restores === null ? ('stage' as const) : ('rollback' as const),
    revision: number,
    ...(changeId === null ? {} : { changeId }),
    text: `revision ${number}: ${title}`,
  }))
}
