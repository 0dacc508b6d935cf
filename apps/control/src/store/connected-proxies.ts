import type { Store } from './open-store.ts'
import { toJson } from './to-json.ts'

/** A proxy as it is remembered across a restart of the control plane. */
export type RememberedProxy = { readonly id: string; readonly description: object; readonly agent: string }

export async function readConnectedProxies({ db }: Store): Promise<RememberedProxy[]> {
  const rows = await db.connectedProxy.findMany({
    select: { id: true, description: true, agent: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ description, ...row }) => ({ ...row, description: description as object })) // written below
}

/** Adds those that came and removes those that are gone. */
export async function writeConnectedProxies(
  { db }: Store,
  replica: string,
  came: readonly RememberedProxy[],
  gone: readonly string[],
): Promise<void> {
  const now = new Date()
  for (const { id, description, agent } of came) {
    const data = {
      description: toJson(description),
      agent,
      replica,
      connectedAt: now,
      lastSeenAt: now,
      targetRevision: 0,
    }
    await db.connectedProxy.upsert({ where: { id }, update: data, create: { id, ...data } })
  }
  // Only our own: another replica may hold the stream by now.
  if (gone.length > 0) await db.connectedProxy.deleteMany({ where: { id: { in: [...gone] }, replica } })
}
