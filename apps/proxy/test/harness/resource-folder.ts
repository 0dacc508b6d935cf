import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

type Json = Record<string, unknown>

/** Files with resources, as an operator has them beside a bootstrap. */
export type ResourceFolder = Disposable & {
  readonly path: string
  /** Moves a file with these resources to its place. */
  put(file: string, version: string, kind: keyof typeof types, resources: readonly Json[]): void
  /** Moves any text there. */
  putText(file: string, text: string): void
  /** `ConfigSource` of a file. */
  source(file: string): Json
}

const types = {
  cluster: 'envoy.config.cluster.v3.Cluster',
  assignment: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'envoy.config.listener.v3.Listener',
  route: 'envoy.config.route.v3.RouteConfiguration',
} as const

/** The text of a DiscoveryResponse. */
export function responseText(version: string, kind: keyof typeof types, resources: readonly Json[]): string {
  const typed = resources.map((resource) => ({ '@type': `type.googleapis.com/${types[kind]}`, ...resource }))
  return JSON.stringify({ version_info: version, resources: typed })
}

export function resourceFolder(): ResourceFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-resources-'))
  const putText = (file: string, text: string) => {
    writeFileSync(path.join(folder, '.new'), text)
    renameSync(path.join(folder, '.new'), path.join(folder, file))
  }
  return {
    path: folder,
    putText,
    put: (file, version, kind, resources) => putText(file, responseText(version, kind, resources)),
    source: (file) => ({ path_config_source: { path: path.join(folder, file) } }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
