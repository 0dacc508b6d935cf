import { isPolicy } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import type { Tx } from '../store/tx.ts'
import type { ActivePolicy } from './apply-edits.ts'
import { objectKey } from './read-edits.ts'

/** The policies of any revision, past ones too: one query over the ranges in which objects are valid. */
export async function policiesAt(
  { db }: { readonly db: Pick<Tx, 'objectVersion'> },
  revision: number,
): Promise<ActivePolicy[]> {
  const rows = await db.objectVersion.findMany({
    where: { validFrom: { lte: revision }, OR: [{ validTo: null }, { validTo: { gt: revision } }] },
    orderBy: [{ kind: 'asc' }, { namespace: 'asc' }, { name: 'asc' }],
  })
  return rows.flatMap((row) => {
    const parsed = parseObject(row.object)
    if (parsed.kind === 'invalid' || !isPolicy(parsed.object)) return []
    return [{ key: objectKey(row.kind, row.namespace, row.name), object: parsed.object, yaml: row.yaml }]
  })
}
