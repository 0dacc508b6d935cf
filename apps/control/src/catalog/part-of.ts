import { matchesLabels } from '@heddle/shared/model/labels'
import type { Service } from '@heddle/shared/model/service'
import type { Catalog } from './catalog.ts'
import { serviceKey } from './catalog-index.ts'

const known = new WeakMap<Catalog['services'], ReadonlyMap<string, string>>()

/**
 * Services that select some of the instances of another, as "payments-v1" does of "payments", by key, each with the name of
 * that other: a route can send requests to them, and who answers is an instance of the other, where the requests are counted.
 */
export function partOf({ services }: Catalog): ReadonlyMap<string, string> {
  const before = known.get(services)
  if (before !== undefined) return before
  const found = new Map<string, string>()
  // The one that selects most comes first: a part of a part is a part of the whole.
  const broadFirst = services.filter((each) => labelsOf(each) > 0).toSorted((a, b) => labelsOf(a) - labelsOf(b))
  for (const part of broadFirst) {
    const whole = broadFirst.find((each) => labelsOf(each) < labelsOf(part) && selects(each, part))
    if (whole) found.set(serviceKey(part.metadata.namespace, part.metadata.name), whole.metadata.name)
  }
  known.set(services, found)
  return found
}

function labelsOf({ spec }: Service): number {
  return Object.keys(spec.selector).length
}

/** Whether whatever the part selects is selected by the whole. */
function selects(whole: Service, part: Service): boolean {
  return whole.metadata.namespace === part.metadata.namespace && matchesLabels(whole.spec.selector, part.spec.selector)
}
