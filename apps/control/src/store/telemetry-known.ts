import type { Store } from './open-store.ts'

const name = 'telemetry'

/**
 * Tells every replica, and those that start later, that proxies report what they see. Believed for a day: who leads a
 * rollout and hears nothing then waits for reports, and does not take it that there are none.
 */
export async function tellTelemetry({ db }: Store, replica: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO leases (name, holder, epoch, expires_at) VALUES (${name}, ${replica}, 0, now() + interval '1 day')
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at`
}

export async function isTelemetryKnown({ db }: Store): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`SELECT 1 FROM leases WHERE name = ${name} AND expires_at > now()`
  return rows.length > 0
}
