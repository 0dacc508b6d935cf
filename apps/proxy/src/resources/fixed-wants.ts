import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Bootstrap } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { decodeConfigSource } from '../config/decode-config-source.ts'
import { addCluster, addListener, addRuntime, missingSource, nothingWanted, type Wanted } from './wanted-names.ts'

/** Resources of which all there are are wanted, in the order in which they are needed. */
export const listKinds = ['cluster', 'listener'] as const
export type ListKind = (typeof listKinds)[number]

/** What the bootstrap itself wants, whatever comes. */
export type FixedWants = Wanted & {
  /** The lists that the control plane is asked for. */
  readonly adsLists: readonly ListKind[]
  /** How long the first answer is waited for, of the lists that a control plane is asked for; 0 for as long as it takes. */
  readonly listTimeoutsMs: ReadonlyMap<ListKind, number>
  /** The clusters by which a control plane can be asked. */
  readonly reachable: ReadonlySet<string>
}

/** Throws `ResourceRejected` when a file or the cluster of a stream is not there, as Envoy does at its start. */
export function fixedWants(
  bootstrap: Bootstrap,
  adsCluster: string | undefined,
  reachable: ReadonlySet<string>,
): FixedWants {
  const { dynamicResources: dynamic, staticResources: resources } = bootstrap
  const wanted = nothingWanted()
  const adsLists: ListKind[] = []
  const listTimeoutsMs = new Map<ListKind, number>()
  for (const kind of listKinds) {
    const field = kind === 'cluster' ? 'cds_config' : 'lds_config'
    const message = kind === 'cluster' ? dynamic?.cdsConfig : dynamic?.ldsConfig
    const at = `dynamic_resources.${field}`
    const source = message && decodeConfigSource(message, at)
    if (source === undefined) continue
    if (source.kind !== 'path') listTimeoutsMs.set(kind, source.fetchTimeoutMs)
    switch (source.kind) {
      case 'path':
        wanted.files.set(kind, { ...source, of: kind })
        break
      case 'grpc':
        wanted.streams.set(kind, { ...source, of: kind })
        break
      case 'ads':
        if (dynamic?.adsConfig === undefined) throw new ResourceRejected(`${at}.ads`, 'needs ads_config')
        adsLists.push(kind)
        break
    }
    refuseMissing(wanted, reachable, at)
  }
  for (const [index, { layerSpecifier: layer }] of (bootstrap.layeredRuntime?.layers ?? []).entries()) {
    if (layer.case !== 'rtdsLayer') continue
    const at = `layered_runtime.layers[${index}].rtds_layer.rtds_config`
    const source = decodeConfigSource(layer.value.rtdsConfig, at)
    if (source.kind === 'ads' && dynamic?.adsConfig === undefined)
      throw new ResourceRejected(`${at}.ads`, 'needs ads_config')
    addRuntime(wanted, layer.value.name, source)
    refuseMissing(wanted, reachable, at)
  }
  for (const cluster of resources?.clusters ?? []) if (cluster.name !== adsCluster) addCluster(wanted, cluster)
  for (const listener of resources?.listeners ?? []) addListener(wanted, listener)
  refuseMissing(wanted, reachable, 'static_resources')
  return { ...wanted, adsLists, listTimeoutsMs, reachable }
}

function refuseMissing(wanted: Wanted, reachable: ReadonlySet<string>, at: string): void {
  const reason = missingSource(wanted, reachable)
  if (reason !== undefined) throw new ResourceRejected(at, reason)
}
