import type { AuditEntry } from '@heddle/shared/api/audit'
import type { ChangeSummary } from '@heddle/shared/api/changes'
import type { AccessRules } from '../access/who-asks.ts'
import type { GraphSources } from '../signals/read-graph.ts'
import type { Store } from '../store/open-store.ts'

/** What the live topics are read from. */
export type LiveContext = GraphSources & {
  readonly store: Store
  readonly access: AccessRules
  /** Newest first. */
  readonly readChanges: () => Promise<readonly ChangeSummary[]>
  /** Something that differs whenever the change does. */
  readonly readChangeVersion: (id: string) => Promise<unknown>
  readonly readRollout: (id: string) => Promise<unknown>
  /** Newest first. */
  readonly readAudit: () => Promise<readonly AuditEntry[]>
}
