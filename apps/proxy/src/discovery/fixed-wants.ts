import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Bootstrap } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { decodeConfigSource } from '../config/decode-config-source.ts'
import { addCluster, addListener, missingFile, nothingWanted, type Wanted } from './wanted-names.ts'

/** Resources of which all there are are wanted, in the order in which they are needed. */
export const listKinds = ['cluster', 'listener'] as const
export type ListKind = (typeof listKinds)[number]

/** What the bootstrap itself wants, whatever comes. */
export type FixedWants = Wanted & {
  /** The lists that the control plane is asked for. */
  readonly adsLists: readonly ListKind[]
}

/** Throws `ResourceRejected` when a file is not there, as Envoy does at its start. */
export function fixedWants(
  { dynamicResources: dynamic, staticResources: resources }: Bootstrap,
  adsCluster: string | undefined,
): FixedWants {
  const wanted = nothingWanted()
  const adsLists: ListKind[] = []
  for (const kind of listKinds) {
    const field = kind === 'cluster' ? 'cds_config' : 'lds_config'
    const message = kind === 'cluster' ? dynamic?.cdsConfig : dynamic?.ldsConfig
    const at = `dynamic_resources.${field}`
    const source = message && decodeConfigSource(message, at)
    if (source?.kind === 'path') {
      wanted.files.set(kind, { ...source, of: kind })
      refuseMissing(wanted, at)
    } else if (dynamic?.adsConfig !== undefined) adsLists.push(kind)
    else if (source !== undefined) throw new ResourceRejected(`${at}.ads`, 'needs ads_config')
  }
  for (const cluster of resources?.clusters ?? []) if (cluster.name !== adsCluster) addCluster(wanted, cluster)
  for (const listener of resources?.listeners ?? []) addListener(wanted, listener)
  refuseMissing(wanted, 'static_resources')
  return { ...wanted, adsLists }
}

function refuseMissing(wanted: Wanted, at: string): void {
  const file = missingFile(wanted)
  if (file !== undefined) throw new ResourceRejected(at, `${file} does not exist`)
}
