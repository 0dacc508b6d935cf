import type { ResourceSet } from './resource-set.ts'

/** Names whose content is new or different, and names that are gone. */
export type SetDiff = { readonly changed: readonly string[]; readonly removed: readonly string[] }

/**
 * What changed between two sets.
 *
 * Remembered per pair: a push takes a thousand streams from the same old set to the same new one, and each of them
 * then looks at the few names that changed and not at all of them.
 */
export function diffSets(before: ResourceSet, after: ResourceSet): SetDiff {
  if (before === after) return nothingChanged
  let byAfter = known.get(before)
  if (byAfter === undefined) {
    byAfter = new WeakMap()
    known.set(before, byAfter)
  }
  let diff = byAfter.get(after)
  if (diff === undefined) {
    diff = compare(before, after)
    byAfter.set(after, diff)
  }
  return diff
}

const nothingChanged: SetDiff = { changed: [], removed: [] }
const known = new WeakMap<ResourceSet, WeakMap<ResourceSet, SetDiff>>()

function compare(before: ResourceSet, after: ResourceSet): SetDiff {
  const changed: string[] = []
  const removed: string[] = []
  for (const [name, resource] of after) {
    const old = before.get(name)
    if (old !== resource && old?.version !== resource.version) changed.push(name)
  }
  for (const name of before.keys()) if (!after.has(name)) removed.push(name)
  return { changed, removed }
}
