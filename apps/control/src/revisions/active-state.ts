import type { PolicyObject } from '@heddle/shared/model/any-object'
import { isPolicy } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { Service } from '@heddle/shared/model/service'
import type { Catalog, Workload } from '../catalog/catalog.ts'
import type { ActivePolicy } from '../changes/apply-edits.ts'
import { objectKey } from '../changes/read-edits.ts'
import { nextFaultExpiry } from '../snapshot/fault-window.ts'
import type { MeshConfig, PolicyVersion } from '../snapshot/mesh-config.ts'
import type { Store } from '../store/open-store.ts'

/**
 * The mesh as it is active now, in memory: what proxies are told and what reads answer from. It is read again after every
 * commit, and stays as it is, marked stale, while the database is away.
 */
export type ActiveState = {
  readonly mesh: () => MeshConfig
  readonly policies: () => readonly ActivePolicy[]
  /** Since when the database has not answered; undefined when it does. */
  readonly staleSince: () => Date | undefined
  /** Sidecars that are connected now, as instances of the catalog. */
  setWorkloads(workloads: readonly Workload[]): void
  refresh(): Promise<void>
  onChange(listener: () => void): () => void
}

type Loaded = {
  readonly revision: number
  readonly sequence: number
  readonly versions: readonly PolicyVersion[]
  readonly services: readonly Service[]
  readonly active: readonly ActivePolicy[]
}

export async function openActiveState(store: Store): Promise<ActiveState> {
  let loaded: Loaded = { revision: 0, sequence: -1, versions: [], services: [], active: [] }
  let workloads: readonly Workload[] = []
  let mesh: MeshConfig = meshOf(loaded, workloads)
  let staleSince: Date | undefined
  const listeners = new Set<() => void>()
  const rebuild = () => {
    mesh = meshOf(loaded, workloads)
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
          const next = await load(store, loaded)
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
  await refresh()
  store.onCommit(() => void refresh())
  // A fault that is over changes what proxies are told; until then the value stays the same, as it is a cache key.
  setInterval(() => {
    const next = nextFaultExpiry(mesh.policies, mesh.now)
    if (next !== undefined && next <= Date.now()) rebuild()
  }, 1000).unref()
  return {
    mesh: () => mesh,
    policies: () => loaded.active,
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

function meshOf({ revision, sequence, versions, services }: Loaded, workloads: readonly Workload[]): MeshConfig {
  const catalog: Catalog = { sequence, services, workloads }
  return { revision, policies: versions, catalog, now: Date.now() }
}

/** The same value when nothing has changed. */
async function load({ db }: Store, before: Loaded): Promise<Loaded> {
  const head = await db.head.findUniqueOrThrow({ where: { id: 1 } })
  if (head.revision === before.revision && head.catalogSequence === before.sequence) return before
  const [rows, catalog] = await Promise.all([
    db.objectVersion.findMany({
      where: { validTo: null },
      orderBy: [{ kind: 'asc' }, { namespace: 'asc' }, { name: 'asc' }],
    }),
    db.catalogObject.findMany({ where: { kind: 'Service' } }),
  ])
  const versions: PolicyVersion[] = []
  const active: ActivePolicy[] = []
  for (const row of rows) {
    const object = policyOf(row.object)
    versions.push({
      object,
      revision: row.validFrom,
      createdRevision: row.createdRevision,
      activeSince: row.activeSince.getTime(),
    })
    active.push({ key: objectKey(row.kind, row.namespace, row.name), object, yaml: row.yaml })
  }
  return {
    revision: head.revision,
    sequence: head.catalogSequence,
    versions,
    active,
    services: catalog.map(({ object }) => Service.parse(object)),
  }
}

function policyOf(value: unknown): PolicyObject {
  const parsed = parseObject(value)
  if (parsed.kind === 'invalid' || !isPolicy(parsed.object))
    throw new Error(`a stored object is not readable: ${JSON.stringify(value).slice(0, 200)}`)
  return parsed.object
}
