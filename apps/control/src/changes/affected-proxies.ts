import type { ReadEdit } from '../revisions/read-edits.ts'
import { buildSnapshot } from '../snapshot/build-snapshot.ts'
import type { MeshConfig, PolicyVersion } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'

/** The proxies that would be told something else: those whose resources differ. Pure. */
export function affectedProxies(
  mesh: MeshConfig,
  edits: readonly ReadEdit[],
  proxies: readonly ProxyDescription[],
): string[] {
  const next = withEdits(mesh, edits)
  return proxies
    .filter((proxy) => buildSnapshot(mesh, proxy).fingerprint !== buildSnapshot(next, proxy).fingerprint)
    .map(({ nodeId }) => nodeId)
    .sort()
}

/** The mesh as it would be with the edits, as its next revision. Pure. */
export function withEdits(mesh: MeshConfig, edits: readonly ReadEdit[]): MeshConfig {
  const revision = mesh.revision + 1
  const touched = new Set(edits.map(({ key }) => key))
  const kept = mesh.policies.filter(
    ({ object }) => !touched.has(`${object.kind}/${object.metadata.namespace}/${object.metadata.name}`),
  )
  const put = edits.flatMap((edit): PolicyVersion[] =>
    edit.op === 'put' ? [{ object: edit.object, revision, createdRevision: revision, activeSince: mesh.now }] : [],
  )
  return { ...mesh, revision, policies: [...kept, ...put] }
}
