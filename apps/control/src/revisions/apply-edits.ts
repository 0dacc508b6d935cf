import type { ObjectDiff } from '@heddle/shared/api/changes'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { canonicalJson } from '../store/canonical-json.ts'
import { describeDifference } from './describe-difference.ts'
import type { ReadEdit } from './read-edits.ts'

/** A policy as it is active. */
export type ActivePolicy = { readonly key: string; readonly object: PolicyObject; readonly yaml: string }

/** The policies after the edits. Pure. */
export function applyEdits(active: readonly ActivePolicy[], edits: readonly ReadEdit[]): ActivePolicy[] {
  const next = new Map(active.map((each) => [each.key, each]))
  for (const edit of edits) {
    if (edit.op === 'delete') next.delete(edit.key)
    else next.set(edit.key, { key: edit.key, object: edit.object, yaml: edit.yaml })
  }
  return [...next.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

export function diffOf(before: readonly ActivePolicy[], after: readonly ActivePolicy[]): ObjectDiff[] {
  const old = new Map(before.map((each) => [each.key, each]))
  const fresh = new Map(after.map((each) => [each.key, each]))
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((key) => {
    const from = old.get(key)
    const to = fresh.get(key)
    if (from && to && canonicalJson(from.object) === canonicalJson(to.object)) return []
    const [kind = '', namespace = '', name = ''] = key.split('/')
    return [
      {
        kind,
        namespace,
        name,
        action:
          from === undefined ? ('created' as const) : to === undefined ? ('deleted' as const) : ('updated' as const),
        before: from?.yaml ?? '',
        after: to?.yaml ?? '',
        sentences: describeDifference(from?.object, to?.object),
      },
    ]
  })
}
