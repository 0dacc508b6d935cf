import { canonicalJson } from '../store/canonical-json.ts'

export type ObjectPath = readonly string[]

/** What has to be set (or removed, when undefined) in ours to take over what theirs changed. */
export type MergePatch = { readonly path: ObjectPath; readonly value: unknown }

/** Both changed the same place to different things. */
export type MergeConflict = {
  readonly path: ObjectPath
  readonly base: unknown
  readonly ours: unknown
  readonly theirs: unknown
}

export type Merge = { readonly patches: readonly MergePatch[]; readonly conflicts: readonly MergeConflict[] }

/**
 * Merges two descendants of one value, field by field. Pure. Lists are taken whole: who moves a rule in a list, and who edits
 * it, must look at each other's work.
 */
export function mergeObject(base: unknown, ours: unknown, theirs: unknown): Merge {
  const patches: MergePatch[] = []
  const conflicts: MergeConflict[] = []
  const walk = (path: ObjectPath, from: unknown, mine: unknown, other: unknown): void => {
    if (same(mine, other) || same(from, other)) return
    // Made by both: what is not the same in it is told field by field.
    const before = from === undefined && isMap(mine) && isMap(other) ? {} : from
    if (!isMap(before) || !isMap(mine) || !isMap(other)) {
      if (same(from, mine)) patches.push({ path, value: other })
      else conflicts.push({ path, base: from, ours: mine, theirs: other })
      return
    }
    for (const key of new Set([...Object.keys(before), ...Object.keys(mine), ...Object.keys(other)])) {
      walk([...path, key], before[key], mine[key], other[key])
    }
  }
  walk([], base, ours, theirs)
  return { patches, conflicts }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b))
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
