import { existsSync } from 'node:fs'
import { type Cluster, Cluster_DiscoveryType } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { ConfigSource as ConfigSourceMessage } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  type ConfigSource,
  decodeConfigSource,
  type FileSource,
  type GrpcConfigSource,
  resourceKey,
} from '../config/decode-config-source.ts'
import { chainsOf, filterReferences } from './filter-references.ts'
import type { HeldResources, NamedKind } from './held-resources.ts'
import { type WantedSecret, wantedSecrets } from './wanted-secrets.ts'

/** All clusters or all listeners, or one resource by its name. */
export type WantedFile = FileSource &
  ({ readonly of: 'cluster' | 'listener' } | { readonly of: FetchedKind; readonly name: string })

/** The same over a stream of its own. */
export type WantedStream = GrpcConfigSource &
  ({ readonly of: 'cluster' | 'listener' } | { readonly of: NamedKind; readonly name: string })

/**
 * Those that a listener or a cluster waits for as a whole, and layers of the runtime, which the start waits for; secrets have a
 * wait of their own (`identity/follow-secrets.ts`).
 */
export type FetchedKind = 'assignment' | 'route' | 'runtime'

export type Wanted = {
  /** Names that the control plane of ADS is asked for. Clusters and listeners are asked for by "*". */
  readonly ads: Readonly<Record<NamedKind, Set<string>>>
  /**
   * How long each of these is waited for (`initial_fetch_timeout`), by what it goes by, secrets left out; 0 for as long as it
   * takes.
   */
  readonly fetchTimeoutsMs: Readonly<Record<FetchedKind, Map<string, number>>>
  /** By what the resource goes by in the configuration; lists by their kind. */
  readonly files: Map<string, WantedFile>
  /** Likewise. */
  readonly streams: Map<string, WantedStream>
}

/**
 * Endpoints, routes and secrets are wanted by name: those that clusters and listeners speak of, and `fixed`, of which the
 * bootstrap speaks.
 */
export function wantedNames({ cluster, listener }: HeldResources, fixed?: Wanted): Wanted {
  const known = knownOf.get(cluster)
  if (known !== undefined && known.listener === listener && known.fixed === fixed) return known.wanted
  const wanted = copyOf(fixed)
  for (const { message } of cluster.values()) addCluster(wanted, message)
  for (const { message } of listener.values()) addListener(wanted, message)
  knownOf.set(cluster, { listener, fixed, wanted })
  return wanted
}

/** What was found last for these clusters, which never change: one update asks several times, and most are of endpoints only. */
const knownOf = new WeakMap<
  HeldResources['cluster'],
  { readonly listener: HeldResources['listener']; readonly fixed: Wanted | undefined; readonly wanted: Wanted }
>()

export function nothingWanted(): Wanted {
  return {
    ads: { runtime: new Set(), assignment: new Set(), route: new Set(), secret: new Set() },
    fetchTimeoutsMs: { assignment: new Map(), route: new Map(), runtime: new Map() },
    files: new Map(),
    streams: new Map(),
  }
}

function copyOf(fixed: Wanted | undefined): Wanted {
  if (fixed === undefined) return nothingWanted()
  const { runtime, assignment, route, secret } = fixed.ads
  return {
    ads: {
      runtime: new Set(runtime),
      assignment: new Set(assignment),
      route: new Set(route),
      secret: new Set(secret),
    },
    fetchTimeoutsMs: {
      assignment: new Map(fixed.fetchTimeoutsMs.assignment),
      route: new Map(fixed.fetchTimeoutsMs.route),
      runtime: new Map(fixed.fetchTimeoutsMs.runtime),
    },
    files: new Map(fixed.files),
    streams: new Map(fixed.streams),
  }
}

export function addCluster(wanted: Wanted, message: Cluster): void {
  for (const secret of wantedSecrets(message.transportSocket)) addSecret(wanted, secret)
  if (message.clusterDiscoveryType.value !== Cluster_DiscoveryType.EDS) return
  const { serviceName, edsConfig } = message.edsClusterConfig ?? {}
  add(wanted, 'assignment', serviceName || message.name, edsConfig)
}

export function addListener(wanted: Wanted, message: Listener): void {
  for (const { filters, transportSocket } of chainsOf(message)) {
    for (const secret of wantedSecrets(transportSocket)) addSecret(wanted, secret)
    for (const filter of filters) {
      const { rds } = filterReferences(filter)
      if (rds !== undefined) add(wanted, 'route', rds.name, rds.source)
    }
  }
}

/** A layer of the bootstrap's own. */
export function addRuntime(wanted: Wanted, name: string, source: ConfigSource): void {
  addFrom(wanted, 'runtime', name, source)
}

function addSecret({ ads, streams }: Wanted, { name, key, source }: WantedSecret): void {
  if (source.kind === 'ads') ads.secret.add(name)
  else streams.set(key, { ...source, of: 'secret', name })
}

function add(wanted: Wanted, kind: FetchedKind, name: string, message: ConfigSourceMessage | undefined): void {
  const source = sourceOf(message)
  if (source !== undefined) addFrom(wanted, kind, name, source)
}

function addFrom(
  { ads, fetchTimeoutsMs, files, streams }: Wanted,
  kind: FetchedKind,
  name: string,
  source: ConfigSource,
): void {
  const key = resourceKey(kind, name, source)
  if (source.kind === 'path') {
    files.set(key, { ...source, of: kind, name })
    return
  }
  if (source.kind === 'ads') ads[kind].add(name)
  else streams.set(key, { ...source, of: kind, name })
  const others = fetchTimeoutsMs[kind].get(key)
  fetchTimeoutsMs[kind].set(key, others === undefined ? source.fetchTimeoutMs : longer(others, source.fetchTimeoutMs))
}

/** Where several ask for one resource, none of them begins without it before its time; 0 is for ever. */
function longer(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.max(a, b)
}

/**
 * Why one of these can never come, where that is plain: a file that is not there, or a stream to nobody; Envoy refuses what names
 * it. `reachable` are the clusters that can be asked.
 */
export function missingSource(
  { files, streams }: Wanted,
  reachable: ReadonlySet<string> | undefined,
): string | undefined {
  for (const { file, directory } of files.values()) {
    for (const each of [file, directory]) if (!existsSync(each)) return `${each} does not exist`
  }
  for (const { cluster } of streams.values()) {
    if (reachable?.has(cluster) === false) {
      return `there is no static cluster "${cluster}" with endpoints of its own, by which a control plane is reached`
    }
  }
  return undefined
}

/** What cannot be read names nothing: the resource is refused for it when it is built, and the rest goes on. */
function sourceOf(message: ConfigSourceMessage | undefined) {
  try {
    return decodeConfigSource(message, '')
  } catch {
    return undefined
  }
}
