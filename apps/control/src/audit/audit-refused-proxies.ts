import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'

/** Somebody who knocks all the time is written down once a minute. */
const againMs = 60_000
const namesMax = 1000

/** Writes down who was refused under the name of a proxy. */
export function auditRefusedProxies(store: Store, clock: () => number = Date.now) {
  const written = new Map<string, number>()
  return (proxyId: string, reason: string): void => {
    const now = clock()
    if ((written.get(proxyId) ?? Number.NEGATIVE_INFINITY) + againMs > now) return
    written.set(proxyId, now)
    const [oldest] = written.keys()
    if (written.size > namesMax && oldest !== undefined) written.delete(oldest)
    store
      .transaction((tx) =>
        recordAudit(tx, {
          actor: 'proxy',
          action: 'proxy.refused',
          subject: `proxy:${proxyId}`,
          outcome: 'denied',
          detail: { text: reason },
        }),
      )
      // The database is away: the refusal stands without it.
      .catch(() => written.delete(proxyId))
  }
}
