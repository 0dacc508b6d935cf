import type { PolicyObject } from '@heddle/shared/model/any-object'
import type { Service } from '@heddle/shared/model/service'
import type { Catalog } from '../catalog/catalog.ts'
import { type CatalogIndex, indexCatalog, serviceKey } from '../catalog/catalog-index.ts'

/** What every check looks at: all policies as they would be, and the catalog as it is. */
export type ValidationContext = {
  readonly policies: readonly PolicyObject[]
  readonly catalog: CatalogIndex
  /** Milliseconds since the epoch. */
  readonly now: number
  service(namespace: string, name: string): Service | undefined
  ofKind<Kind extends PolicyObject['kind']>(kind: Kind): readonly Extract<PolicyObject, { kind: Kind }>[]
}

export function validationContext(policies: readonly PolicyObject[], catalog: Catalog, now: number): ValidationContext {
  const index = indexCatalog(catalog)
  return {
    policies,
    catalog: index,
    now,
    service: (namespace, name) => index.services.get(serviceKey(namespace, name)),
    ofKind<Kind extends PolicyObject['kind']>(kind: Kind) {
      return policies.filter((policy): policy is Extract<PolicyObject, { kind: Kind }> => policy.kind === kind)
    },
  }
}
