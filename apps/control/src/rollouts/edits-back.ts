import type { ActivePolicy } from '../revisions/apply-edits.ts'
import type { ReadEdit } from '../revisions/read-edits.ts'
import { canonicalJson } from '../store/canonical-json.ts'

/** The edits that turn one set of policies into an earlier one. Pure. */
export function editsBack(from: readonly ActivePolicy[], to: readonly ActivePolicy[]): ReadEdit[] {
  const current = new Map(from.map((policy) => [policy.key, policy]))
  const wanted = new Set(to.map(({ key }) => key))
  const puts = to
    .filter(({ key, object }) => {
      const now = current.get(key)
      return now === undefined || canonicalJson(now.object) !== canonicalJson(object)
    })
    .map(({ key, object, yaml }): ReadEdit => ({ op: 'put', key, object, yaml }))
  const deletes = from
    .filter(({ key }) => !wanted.has(key))
    .map(({ key }): ReadEdit => {
      const [kind = '', namespace = '', name = ''] = key.split('/')
      return { op: 'delete', key, kind, namespace, name }
    })
  return [...puts, ...deletes]
}
