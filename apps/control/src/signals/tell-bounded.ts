import { edgeBounds } from './edge-table.ts'

/** Names of proxies that are told; a report can name itself as it likes, so only those that are connected are. */
const namesMax = 3

/** What a graph leaves out because there was too much of it; undefined when nothing is. */
export function tellBounded(
  bounded: readonly string[],
  proxies: readonly { readonly id: string }[],
): string | undefined {
  if (bounded.length === 0) return undefined
  if (bounded.includes('')) {
    return `More than ${edgeBounds.all.toLocaleString('en')} different edges were reported: those unused for the longest are left out.`
  }
  const known = proxies.filter(({ id }) => bounded.includes(id)).map(({ id }) => id)
  const names = [
    ...known.slice(0, namesMax),
    ...(bounded.length > known.length ? ['a proxy that is not connected'] : []),
  ]
  return `More than ${edgeBounds.ofProxy.toLocaleString('en')} different edges were reported by ${names.join(', ')}: those of it that are unused for the longest are left out.`
}
