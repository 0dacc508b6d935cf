import type { Store } from './open-store.ts'
import type { Tx } from './tx.ts'

/** A lease is good for this long without being renewed. */
const leaseSeconds = 5

/** Somebody else leads now: what was about to be written is not. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
  readonly code = 'lease_lost'

  constructor(name: string, epoch: number) {
    super(`epoch ${epoch} of ${name} is over`)
  }
}

/**
 * Takes or renews the lease on a job that only one replica may do; undefined: another one has it.
 *
 * A lease by the database's clock and not an advisory lock: a replica that is stopped holds its lock for as long as its
 * connection lives, which is for ever. Each new holder begins a new epoch.
 */
export async function takeLease({ db }: Store, name: string, holder: string): Promise<number | undefined> {
  const rows = await db.$queryRaw<{ epoch: number }[]>`
    INSERT INTO leases AS lease (name, holder, epoch, expires_at)
    VALUES (${name}, ${holder}, 1, now() + make_interval(secs => ${leaseSeconds}))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
      epoch = CASE WHEN lease.holder = excluded.holder THEN lease.epoch ELSE lease.epoch + 1 END
    WHERE lease.holder = excluded.holder OR lease.expires_at < now()
    RETURNING epoch`
  return rows[0]?.epoch
}

/** In the transaction of what a leader writes: a leader that slept through the end of its epoch writes nothing. */
export async function assertLease(tx: Tx, name: string, epoch: number): Promise<void> {
  const rows = await tx.$queryRaw<{ epoch: number }[]>`SELECT epoch FROM leases WHERE name = ${name} FOR SHARE`
  if (rows[0]?.epoch !== epoch) throw new LeaseLost(name, epoch)
}

/** Gives the lease up, so that another replica need not wait for it to run out. */
export async function giveLeaseBack({ db }: Store, name: string, holder: string): Promise<void> {
  await db.$executeRaw`UPDATE leases SET expires_at = now() WHERE name = ${name} AND holder = ${holder}`
}

/** By this lease a replica says that it is alive; what it has told is believed as long. */
export function replicaLease(replica: string): string {
  return `replica:${replica}`
}

/** Forgets replicas that have been gone for a day. */
export async function forgetReplicas({ db }: Store): Promise<void> {
  await db.$executeRaw`
    DELETE FROM leases WHERE name LIKE ${`${replicaLease('')}%`} AND expires_at < now() - interval '1 day'`
}
