import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type {
  LayeredRuntime,
  RuntimeLayer as LayerMessage,
  RuntimeLayer_DiskLayer,
  RuntimeLayer_RtdsLayer,
} from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { decodeConfigSource, resourceKey } from '../config/decode-config-source.ts'
import { decodeRuntimeLayer } from '../config/decode-runtime-layer.ts'
import type { RuntimeLayer } from '../runtime/runtime-layer.ts'

/** `layered_runtime`, in the order of its layers. `serviceCluster` is the node's. */
export function decodeRuntime({ layers }: LayeredRuntime, serviceCluster: string): readonly RuntimeLayer[] {
  // A runtime of which nothing is said is an administrator's (Envoy).
  if (layers.length === 0) return [{ kind: 'admin', name: '' }]
  const names = new Set<string>()
  let hasAdmin = false
  return layers.map((message, index) => {
    const path = `layered_runtime.layers[${index}]`
    const { name } = message
    if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
    if (names.has(name)) throw new ResourceRejected(`${path}.name`, `"${name}" is there twice`)
    names.add(name)
    const layer = decodeLayer(message, serviceCluster, path)
    if (layer.kind === 'admin' && hasAdmin) throw new ResourceRejected(`${path}.admin_layer`, 'is there twice')
    hasAdmin ||= layer.kind === 'admin'
    return layer
  })
}

function decodeLayer(
  { name, layerSpecifier: layer }: LayerMessage,
  serviceCluster: string,
  path: string,
): RuntimeLayer {
  switch (layer.case) {
    case 'staticLayer':
      return { kind: 'static', name, values: decodeRuntimeLayer(layer.value, `${path}.static_layer`) }
    case 'adminLayer':
      return { kind: 'admin', name }
    case 'diskLayer':
      return { kind: 'disk', name, ...diskLayer(layer.value, serviceCluster, `${path}.disk_layer`) }
    case 'rtdsLayer':
      return { kind: 'rtds', name, ...rtdsLayer(layer.value, `${path}.rtds_layer`) }
    case undefined:
      throw new ResourceRejected(path, 'says nothing of where its values come from')
  }
}

/** Where it is watched must be there when a proxy starts, as in Envoy; what is watched may come later. */
function diskLayer(
  { symlinkRoot: root, subdirectory, appendServiceCluster }: RuntimeLayer_DiskLayer,
  serviceCluster: string,
  path: string,
): { root: string; folder: string } {
  if (root === '') throw new ResourceRejected(`${path}.symlink_root`, 'must not be empty')
  if (appendServiceCluster && serviceCluster === '') {
    throw new ResourceRejected(`${path}.append_service_cluster`, 'needs node.cluster')
  }
  if (!existsSync(dirname(root))) throw new ResourceRejected(`${path}.symlink_root`, `${dirname(root)} is not there`)
  return { root, folder: join(root, subdirectory, appendServiceCluster ? serviceCluster : '') }
}

/** What its values go by in the configuration. */
function rtdsLayer({ name, rtdsConfig }: RuntimeLayer_RtdsLayer, path: string): { key: string } {
  if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  return { key: resourceKey('runtime', name, decodeConfigSource(rtdsConfig, `${path}.rtds_config`)) }
}
