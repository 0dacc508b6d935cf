import { type Labels, matchesLabels } from '@heddle/shared/model/labels'
import type { Service } from '@heddle/shared/model/service'
import type { Catalog, Workload } from './catalog.ts'

/** The catalog, ready for look-ups by name and by label. */
export type CatalogIndex = {
  /** By "<namespace>/<name>". */
  readonly services: ReadonlyMap<string, Service>
  readonly workloads: readonly Workload[]
  /** Instances of a namespace that carry all labels; an empty selector selects all of the namespace. */
  select(namespace: string, selector: Labels): readonly Workload[]
}

export function serviceKey(namespace: string, name: string): string {
  return `${namespace}/${name}`
}

const indexes = new WeakMap<Catalog, CatalogIndex>()

/** The index of a catalog, built once. */
export function indexCatalog(catalog: Catalog): CatalogIndex {
  const known = indexes.get(catalog)
  if (known) return known
  const index = build(catalog)
  indexes.set(catalog, index)
  return index
}

function build(catalog: Catalog): CatalogIndex {
  const byNamespace = new Map<string, Workload[]>()
  // Selecting 10 of 5,000 instances for each of 500 services must not compare every label of every instance.
  const byLabel = new Map<string, Workload[]>()
  for (const workload of catalog.workloads) {
    const { namespace } = workload.entry.metadata
    push(byNamespace, namespace, workload)
    for (const [key, value] of Object.entries(workload.entry.spec.labels ?? {})) {
      push(byLabel, labelKey(namespace, key, value), workload)
    }
  }
  return {
    services: new Map(
      catalog.services.map((service) => [serviceKey(service.metadata.namespace, service.metadata.name), service]),
    ),
    workloads: catalog.workloads,
    select(namespace, selector) {
      let fewest = byNamespace.get(namespace) ?? []
      for (const [key, value] of Object.entries(selector)) {
        const having = byLabel.get(labelKey(namespace, key, value)) ?? []
        if (having.length <= fewest.length) fewest = having
      }
      return fewest.filter(({ entry }) => matchesLabels(selector, entry.spec.labels ?? {}))
    },
  }
}

function labelKey(namespace: string, key: string, value: string): string {
  // No label, key or namespace can contain a line feed.
  return `${namespace}\n${key}\n${value}`
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
