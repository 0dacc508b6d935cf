import type { Store } from '../store/open-store.ts'
import type { ActivePolicy } from './apply-edits.ts'
import { ChangeRefused } from './change-refused.ts'
import { policiesAt } from './policies-at.ts'

/** The policies of a revision that somebody names; one that does not exist yet must not read as the newest. 0 is the empty mesh. */
export async function pastPolicies(store: Pick<Store, 'db'>, revision: number): Promise<ActivePolicy[]> {
  const number = { number: revision }
  const found = revision === 0 || (await store.db.revision.findUnique({ where: number, select: { number: true } }))
  if (!found) throw new ChangeRefused('not_found', `there is no revision ${revision}`)
  return policiesAt(store, revision)
}
