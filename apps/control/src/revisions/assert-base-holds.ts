import type { Tx } from '../store/tx.ts'
import { ChangeRefused } from './change-refused.ts'
import type { ReadEdit } from './read-edits.ts'

/** A later revision may have touched the same objects: then the change was made from something that is no more. */
export async function assertBaseHolds(
  tx: Tx,
  basedOn: number,
  head: number,
  edits: readonly ReadEdit[],
): Promise<void> {
  if (basedOn > head)
    throw new ChangeRefused('base_moved', `revision ${basedOn} does not exist; the mesh is at ${head}`)
  const conflicts = await movedSince(tx, basedOn, head, edits)
  if (conflicts.length === 0) return
  throw new ChangeRefused(
    'base_moved',
    `revision ${head} is active, and since ${basedOn} it changed ${conflicts.join(', ')}`,
    { hint: 'look at what changed, and rebase the change or propose it again from the active revision' },
  )
}

/** Those of the edited objects that a revision after the base has changed. */
export async function movedSince(
  tx: Pick<Tx, 'objectVersion'>,
  basedOn: number,
  head: number,
  edits: readonly ReadEdit[],
): Promise<string[]> {
  if (basedOn >= head) return []
  const touched = await tx.objectVersion.findMany({
    where: { OR: [{ validFrom: { gt: basedOn } }, { validTo: { gt: basedOn } }] },
    select: { kind: true, namespace: true, name: true },
  })
  const keys = new Set(touched.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`))
  return edits.filter(({ key }) => keys.has(key)).map(({ key }) => key)
}
