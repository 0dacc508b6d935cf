import type { Store } from '../store/open-store.ts'
import type { AuditHead } from './verify-audit.ts'

export type AuditWitness = AsyncDisposable & {
  /** Heads that were seen in this process's life. */
  heads(): readonly AuditHead[]
  see(head: AuditHead): void
}

const dayMs = 86_400_000
const retryMs = 60_000
/** The newest few: each covers all before it. */
const headsMax = 8

/**
 * Remembers the end of the audit log outside of the database, and writes it to the process's own log once a day: whoever
 * rewrites the whole table, or cuts off its end, cannot rewrite that.
 */
export function witnessAudit(store: Store, tell: (head: AuditHead) => void): AuditWitness {
  const seen: AuditHead[] = []
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const see = (head: AuditHead) => {
    if (head.entries === 0 || head.entries <= (seen.at(-1)?.entries ?? 0)) return
    seen.push(head)
    if (seen.length > headsMax) seen.shift()
  }
  const look = async () => {
    const last = await store.db.auditEntry.findFirst({
      orderBy: { sequence: 'desc' },
      select: { sequence: true, hash: true },
    })
    if (last === null) return
    const head = { entries: last.sequence, head: last.hash }
    see(head)
    tell(head)
  }
  const turn = async () => {
    const isDone = await look().then(
      () => true,
      () => false, // the database is away
    )
    if (!isStopped) timer = setTimeout(() => void turn(), isDone ? dayMs : retryMs)
  }
  const first = turn()
  return {
    heads: () => seen,
    see,
    async [Symbol.asyncDispose]() {
      isStopped = true
      await first
      clearTimeout(timer)
    },
  }
}
