import { replicaLease } from './lease.ts'
import type { Store } from './open-store.ts'
import { toJson } from './to-json.ts'

/** A proxy as replicas tell it each other, and as it is remembered across a restart. */
export type SharedProxy = {
  readonly id: string
  readonly description: object
  readonly agent: string
  /** To the replica that tells it. */
  readonly isConnected: boolean
  readonly connectedAt: Date
  readonly targetRevision: number
  readonly ackedRevision: number | undefined
  /** Its last refusal, as JSON. */
  readonly nack: object | undefined
}

type Row = Omit<SharedProxy, 'isConnected' | 'ackedRevision' | 'nack'> & {
  readonly disconnectedAt: Date | null
  readonly ackedRevision: number | null
  readonly nack: object | null
}

/** All that any replica has told, those that are no more included. */
export async function readConnectedProxies({ db }: Store): Promise<SharedProxy[]> {
  const rows = await db.connectedProxy.findMany({ orderBy: { id: 'asc' } })
  return rows.map((row) => sharedOf(row as unknown as Row)) // JSON as written below
}

/** What has been told by replicas that are alive, in short; the same text again: nothing is new. */
export async function proxiesElsewhereDigest({ db }: Store, replica: string): Promise<string> {
  const rows = await db.$queryRaw<{ digest: string }[]>`
    SELECT concat(count(*), ' ', max(proxy.last_seen_at)) AS digest
    FROM connected_proxies AS proxy JOIN leases ON leases.name = ${replicaLease('')} || proxy.replica
    WHERE proxy.replica <> ${replica} AND proxy.disconnected_at IS NULL AND leases.expires_at > now()`
  return rows[0]?.digest ?? ''
}

/** The proxies that other replicas hold, as long as these are alive. */
export async function readProxiesElsewhere({ db }: Store, replica: string): Promise<SharedProxy[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT proxy.id, proxy.description, proxy.agent, proxy.connected_at AS "connectedAt",
      proxy.disconnected_at AS "disconnectedAt", proxy.target_revision AS "targetRevision",
      proxy.acked_revision AS "ackedRevision", proxy.nack
    FROM connected_proxies AS proxy JOIN leases ON leases.name = ${replicaLease('')} || proxy.replica
    WHERE proxy.replica <> ${replica} AND proxy.disconnected_at IS NULL AND leases.expires_at > now()
    ORDER BY proxy.id`
  return rows.map(sharedOf)
}

/** Rows in one statement. */
const rowsMax = 1000

/** Tells what has changed, and removes those that are gone: our own, and those that nobody alive holds. */
export async function writeConnectedProxies(
  { db }: Store,
  replica: string,
  changed: readonly SharedProxy[],
  gone: readonly string[],
): Promise<void> {
  // One order, so that two replicas never wait for each other.
  const sorted = [...changed].sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let from = 0; from < sorted.length; from += rowsMax) {
    const rows = JSON.stringify(toJson(sorted.slice(from, from + rowsMax)))
    // Who tells that it has lost a proxy that another replica holds by now says nothing new.
    await db.$executeRaw`
      INSERT INTO connected_proxies AS proxy (id, description, agent, replica, connected_at, disconnected_at,
        last_seen_at, target_revision, acked_revision, nack)
      SELECT id, description, agent, ${replica}, "connectedAt", CASE WHEN "isConnected" THEN NULL ELSE now() END,
        now(), "targetRevision", "ackedRevision", nack
      FROM jsonb_to_recordset(${rows}::jsonb) AS told (id text, description jsonb, agent text, "isConnected" boolean,
        "connectedAt" timestamptz, "targetRevision" int, "ackedRevision" int, nack jsonb)
      ON CONFLICT (id) DO UPDATE SET description = excluded.description, agent = excluded.agent,
        replica = excluded.replica, connected_at = excluded.connected_at, disconnected_at = excluded.disconnected_at,
        last_seen_at = excluded.last_seen_at, target_revision = excluded.target_revision,
        acked_revision = excluded.acked_revision, nack = excluded.nack
      WHERE excluded.disconnected_at IS NULL OR proxy.replica = excluded.replica`
  }
  if (gone.length === 0) return
  await db.$executeRaw`
    DELETE FROM connected_proxies AS proxy
    WHERE id = ANY(${[...gone]}) AND (replica = ${replica} OR NOT EXISTS (
      SELECT 1 FROM leases WHERE leases.name = ${replicaLease('')} || proxy.replica AND leases.expires_at > now()))`
}

function sharedOf({ disconnectedAt, ackedRevision, nack, ...row }: Row): SharedProxy {
  return {
    id: row.id,
    description: row.description,
    agent: row.agent,
    isConnected: disconnectedAt === null,
    connectedAt: row.connectedAt,
    targetRevision: row.targetRevision,
    ackedRevision: ackedRevision ?? undefined,
    nack: nack ?? undefined,
  }
}
