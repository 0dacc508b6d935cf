import { channel } from './channel.ts'
import type { Tx } from './tx.ts'

export type HeadRow = { readonly revision: number; readonly changeNumber: number; readonly catalogSequence: number }

/**
 * Locks the one row that says where the mesh stands. Whoever makes a revision, a change or a catalog entry holds it until
 * the commit: numbers have no gaps, and two edits from one base cannot both become the head. All listeners are told.
 */
export async function lockHead(tx: Tx): Promise<HeadRow> {
  const rows = await tx.$queryRaw<{ revision: number; change_number: number; catalog_sequence: number }[]>`
    SELECT revision, change_number, catalog_sequence FROM head WHERE id = 1 FOR UPDATE`
  await tx.$executeRaw`SELECT pg_notify(${channel}, '')`
  const [row] = rows
  if (row === undefined) throw new Error('the head row is missing')
  return { revision: row.revision, changeNumber: row.change_number, catalogSequence: row.catalog_sequence }
}
