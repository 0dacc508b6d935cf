import type { Catalog, Workload } from '../catalog/catalog.ts'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import type { ActiveRollout } from '../rollouts/active-rollout.ts'
import { assignedRevision } from '../rollouts/assigned-revision.ts'
import { nextFaultExpiry } from '../snapshot/fault-window.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { Store } from '../store/open-store.ts'
import { emptyMesh, type LoadedMesh, type LoadedRevision, loadMesh } from './load-mesh.ts'

/**
 * The mesh as it is now, in memory: what proxies are told and what reads answer from. It is read again after every
 * commit, and stays as it is, marked stale, while the database is away.
 *
 * While a rollout is under way there are two revisions: that of the head, and the one before for proxies that the
 * rollout has not reached.
 */
export type ActiveState = {
  /** The mesh of the head. */
  readonly mesh: () => MeshConfig
  /** The mesh that a rollout replaces; that of the head when there is none. */
  readonly previousMesh: () => MeshConfig
  readonly meshFor: (proxyId: string) => MeshConfig
  readonly assignedRevision: (proxyId: string) => number
  readonly rollout: () => ActiveRollout | undefined
  /** The policies of the head. */
  readonly policies: () => readonly ActivePolicy[]
  /** Since when the database has not answered; undefined when it does. */
  readonly staleSince: () => Date | undefined
  /** Sidecars that are connected now, as instances of the catalog. */
  setWorkloads(workloads: readonly Workload[]): void
  refresh(): Promise<void>
  onChange(listener: () => void): () => void
}

/** Throws when the mesh cannot be read: an empty one would be told to proxies as the removal of all they have. */
export async function openActiveState(store: Store): Promise<ActiveState> {
  let loaded: LoadedMesh = await loadMesh(store, emptyMesh)
  let workloads: readonly Workload[] = []
  let meshes = meshesOf(loaded, workloads)
  let staleSince: Date | undefined
  const listeners = new Set<() => void>()
  const rebuild = () => {
    meshes = meshesOf(loaded, workloads)
    for (const listener of listeners) listener()
  }
  let running: Promise<void> | undefined
  let isAsked = false
  const refresh = (): Promise<void> => {
    isAsked = true
    running ??= (async () => {
      while (isAsked) {
        isAsked = false
        try {
          const next = await loadMesh(store, loaded)
          staleSince = undefined
          if (next !== loaded) {
            loaded = next
            rebuild()
          }
        } catch {
          staleSince ??= new Date()
        }
      }
      running = undefined
    })()
    return running
  }
  store.onCommit(() => void refresh())
  // A fault that is over changes what proxies are told; until then the value stays the same, as it is a cache key.
  setInterval(() => {
    const isOver = [meshes.head, meshes.previous].some(({ policies, now }) => {
      const next = nextFaultExpiry(policies, now)
      return next !== undefined && next <= Date.now()
    })
    if (isOver) rebuild()
  }, 1000).unref()
  const assigned = (proxyId: string) => assignedRevision(loaded.head.revision, loaded.rollout, proxyId)
  return {
    mesh: () => meshes.head,
    previousMesh: () => meshes.previous,
    meshFor: (proxyId) => (assigned(proxyId) === meshes.previous.revision ? meshes.previous : meshes.head),
    assignedRevision: assigned,
    rollout: () => loaded.rollout,
    policies: () => loaded.head.active,
    staleSince: () => staleSince,
    setWorkloads(next) {
      workloads = next
      rebuild()
    },
    refresh,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function meshesOf({ sequence, services, head, previous }: LoadedMesh, workloads: readonly Workload[]) {
  const catalog: Catalog = { sequence, services, workloads }
  const now = Date.now()
  const meshOf = ({ revision, versions }: LoadedRevision): MeshConfig => ({
    revision,
    policies: versions,
    catalog,
    now,
  })
  const mesh = meshOf(head)
  return { head: mesh, previous: previous === undefined ? mesh : meshOf(previous) }
}
