import { existsSync } from 'node:fs'
import { fromBinary } from '@bufbuild/protobuf'
import { type Cluster, Cluster_DiscoveryType } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { ConfigSource as ConfigSourceMessage } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { Filter } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_components_pb'
import type { Listener } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { decodeConfigSource, type FileSource, resourceKey } from '../config/decode-config-source.ts'
import type { HeldResources, NamedKind } from './held-resources.ts'
import { secretNames } from './secret-names.ts'

/** All clusters or all listeners, or one resource by its name. */
export type WantedFile = FileSource &
  ({ readonly of: 'cluster' | 'listener' } | { readonly of: 'assignment' | 'route'; readonly name: string })

/** Those that a listener or a cluster waits for as a whole; secrets have a wait of their own (`identity/follow-secrets.ts`). */
export type FetchedKind = 'assignment' | 'route'

export type Wanted = {
  /** Names that the control plane is asked for. Clusters and listeners are asked for by "*". */
  readonly ads: Readonly<Record<NamedKind, Set<string>>>
  /** How long each of these is waited for (`initial_fetch_timeout`), secrets left out; 0 for as long as it takes. */
  readonly fetchTimeoutsMs: Readonly<Record<FetchedKind, Map<string, number>>>
  /** By what the resource goes by in the configuration; lists by their kind. */
  readonly files: Map<string, WantedFile>
}

/**
 * Endpoints, routes and secrets are wanted by name: those that clusters and listeners speak of, and `fixed`, of which the
 * bootstrap speaks.
 */
export function wantedNames({ cluster, listener }: HeldResources, fixed?: Wanted): Wanted {
  const wanted = copyOf(fixed)
  for (const { message } of cluster.values()) addCluster(wanted, message)
  for (const { message } of listener.values()) addListener(wanted, message)
  return wanted
}

export function nothingWanted(): Wanted {
  return {
    ads: { assignment: new Set(), route: new Set(), secret: new Set() },
    fetchTimeoutsMs: { assignment: new Map(), route: new Map() },
    files: new Map(),
  }
}

function copyOf(fixed: Wanted | undefined): Wanted {
  if (fixed === undefined) return nothingWanted()
  const { assignment, route, secret } = fixed.ads
  return {
    ads: { assignment: new Set(assignment), route: new Set(route), secret: new Set(secret) },
    fetchTimeoutsMs: {
      assignment: new Map(fixed.fetchTimeoutsMs.assignment),
      route: new Map(fixed.fetchTimeoutsMs.route),
    },
    files: new Map(fixed.files),
  }
}

export function addCluster(wanted: Wanted, message: Cluster): void {
  for (const name of secretNames(message.transportSocket)) wanted.ads.secret.add(name)
  if (message.clusterDiscoveryType.value !== Cluster_DiscoveryType.EDS) return
  const { serviceName, edsConfig } = message.edsClusterConfig ?? {}
  add(wanted, 'assignment', serviceName || message.name, edsConfig)
}

export function addListener(wanted: Wanted, message: Listener): void {
  const chains = message.defaultFilterChain
    ? [...message.filterChains, message.defaultFilterChain]
    : message.filterChains
  for (const { filters, transportSocket } of chains) {
    for (const name of secretNames(transportSocket)) wanted.ads.secret.add(name)
    for (const filter of filters) {
      const rds = rdsOf(filter)
      if (rds !== undefined) add(wanted, 'route', rds.name, rds.source)
    }
  }
}

function add(
  { ads, fetchTimeoutsMs, files }: Wanted,
  kind: FetchedKind,
  name: string,
  message: ConfigSourceMessage | undefined,
): void {
  const source = sourceOf(message)
  if (source === undefined) return
  if (source.kind === 'ads') {
    ads[kind].add(name)
    const others = fetchTimeoutsMs[kind].get(name)
    fetchTimeoutsMs[kind].set(
      name,
      others === undefined ? source.fetchTimeoutMs : longer(others, source.fetchTimeoutMs),
    )
  } else files.set(resourceKey(kind, name, source), { ...source, of: kind, name })
}

/** Where several ask for one resource, none of them begins without it before its time; 0 is for ever. */
function longer(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.max(a, b)
}

/** A file of these that is not there: Envoy refuses what names it. */
export function missingFile({ files }: Wanted): string | undefined {
  for (const { file, directory } of files.values()) {
    for (const each of [file, directory]) if (!existsSync(each)) return each
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

type Rds = { readonly name: string; readonly source: ConfigSourceMessage | undefined }

const rdsByFilter = new WeakMap<Filter, Rds | 'none'>()

function rdsOf(filter: Filter): Rds | undefined {
  let rds = rdsByFilter.get(filter)
  if (rds === undefined) {
    rds = readRds(filter)
    rdsByFilter.set(filter, rds)
  }
  return rds === 'none' ? undefined : rds
}

function readRds({ configType }: Filter): Rds | 'none' {
  if (configType.case !== 'typedConfig') return 'none'
  const { typeUrl, value } = configType.value
  if (!typeUrl.endsWith(HttpConnectionManagerSchema.typeName)) return 'none'
  try {
    const { routeSpecifier } = fromBinary(HttpConnectionManagerSchema, value)
    if (routeSpecifier.case !== 'rds') return 'none'
    return { name: routeSpecifier.value.routeConfigName, source: routeSpecifier.value.configSource }
  } catch {
    return 'none'
  }
}
