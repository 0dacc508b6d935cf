import { createHash } from 'node:crypto'
import { canonicalJson } from '../store/canonical-json.ts'
import { toJson } from '../store/to-json.ts'
import type { Tx } from '../store/tx.ts'
import type { ReadEdit } from './read-edits.ts'

export type RevisionFacts = {
  readonly number: number
  readonly author: string
  readonly title: string
  readonly reason: string
  readonly changeId: string | undefined
  readonly restores: number | undefined
}

/**
 * Makes a revision out of edits on the active one: ends the old versions of the objects, begins the new, and moves the
 * head. The caller holds the head's lock.
 */
export async function createRevision(tx: Tx, facts: RevisionFacts, edits: readonly ReadEdit[]): Promise<void> {
  const { number } = facts
  for (const edit of edits) {
    const [kind = '', namespace = '', name = ''] = edit.key.split('/')
    const before = await tx.objectVersion.findFirst({ where: { kind, namespace, name, validTo: null } })
    if (before) {
      await tx.objectVersion.update({
        where: { kind_namespace_name_validFrom: { kind, namespace, name, validFrom: before.validFrom } },
        data: { validTo: number },
      })
    }
    if (edit.op === 'delete') continue
    await tx.objectVersion.create({
      data: {
        kind,
        namespace,
        name,
        validFrom: number,
        createdRevision: before?.createdRevision ?? number,
        changedBy: facts.author,
        yaml: edit.yaml,
        object: toJson(edit.object),
      },
    })
  }
  const active = await tx.objectVersion.findMany({
    where: { validTo: null },
    orderBy: [{ kind: 'asc' }, { namespace: 'asc' }, { name: 'asc' }],
  })
  const content = canonicalJson(active.map(({ kind, namespace, name, object }) => ({ kind, namespace, name, object })))
  await tx.revision.create({
    data: {
      number,
      author: facts.author,
      title: facts.title,
      reason: facts.reason,
      changeId: facts.changeId ?? null,
      contentHash: createHash('sha256').update(content).digest('hex'),
      objects: edits.map(({ key }) => key),
      restores: facts.restores ?? null,
    },
  })
  await tx.head.update({ where: { id: 1 }, data: { revision: number } })
}
