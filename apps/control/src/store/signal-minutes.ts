import type { Prisma } from '../generated/prisma/client.ts'
import type { Store } from './open-store.ts'

/** One edge in one minute, as it is kept. */
export type SignalMinuteRow = Omit<Prisma.SignalMinuteCreateManyInput, 'flags' | 'durations' | 'revisions'> & {
  readonly minute: Date
  readonly durations: number[]
  readonly revisions: number[]
  readonly flags: Readonly<Record<string, number>>
}

export type MinuteQuery = {
  readonly from: Date
  readonly to: Date
  /** Undefined: every service. */
  readonly destination?: { readonly namespace: string; readonly service: string } | undefined
}

/** Rows that are there already stay: a minute is written once. */
export async function insertSignalMinutes({ db }: Store, rows: readonly SignalMinuteRow[]): Promise<void> {
  await db.signalMinute.createMany({ data: rows.map((row) => ({ ...row, flags: row.flags })), skipDuplicates: true })
}

export async function readSignalMinutes(
  { db }: Store,
  { from, to, destination }: MinuteQuery,
): Promise<SignalMinuteRow[]> {
  const rows = await db.signalMinute.findMany({
    where: {
      minute: { gte: from, lt: to },
      ...(destination && { destinationNamespace: destination.namespace, destination: destination.service }),
    },
    orderBy: { minute: 'asc' },
    take: 500_000,
  })
  return rows.map((row) => ({ ...row, flags: row.flags as Record<string, number> })) // written by insertSignalMinutes
}

/** Minutes in which anything was reported, in milliseconds since the epoch. */
export async function measuredMinutes({ db }: Store, from: Date, to: Date): Promise<Set<number>> {
  const rows = await db.signalMinute.findMany({
    where: { minute: { gte: from, lt: to } },
    distinct: ['minute'],
    select: { minute: true },
  })
  return new Set(rows.map(({ minute }) => minute.getTime()))
}

export async function deleteSignalMinutes({ db }: Store, before: Date): Promise<number> {
  const { count } = await db.signalMinute.deleteMany({ where: { minute: { lt: before } } })
  return count
}
