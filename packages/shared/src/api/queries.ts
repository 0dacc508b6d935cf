import { z } from 'zod'
import { Instant } from './instant.ts'
import { PageQuery } from './page.ts'

/** What can be asked of each list and view; anything else is refused. */

/** Names a change: its id, or its number as people say it. */
export const ChangeName = z.union(
  [z.uuid(), z.string().regex(/^[1-9]\d{0,8}$/)],
  'neither the id nor the number of a change',
)

/** As the database numbers them. */
export const RevisionNumber = z.coerce.number().int().min(0).max(2_147_483_647)
const Namespace = z.string().max(63).optional()
const Text = z.string().max(300).optional()

export const ObjectsQuery = PageQuery.extend({
  kind: z.string().max(64).optional(),
  namespace: Namespace,
  target: Text,
  revision: RevisionNumber.optional(),
})

export const ObjectQuery = z.strictObject({ revision: RevisionNumber.optional() })

export const ChangesQuery = PageQuery.extend({
  state: z.string().max(32).optional(),
  author: z.string().max(128).optional(),
})

/** What an entry of the audit log can be about. */
export const AuditKind = z.enum(['change', 'revision', 'service', 'proxy', 'token', 'user', 'session'])
export type AuditKind = z.infer<typeof AuditKind>

export const AuditQuery = PageQuery.extend({
  actor: Text,
  /** "change.approved", or "change" for every action of that family. */
  action: Text,
  /** "change:<id>", "service:<namespace>/<name>" … */
  subject: Text,
  kind: AuditKind.optional(),
  /** A policy as "<Kind>/<namespace>/<name>": entries of the changes and revisions that touched it. */
  object: Text,
  outcome: z.enum(['done', 'denied', 'failed']).optional(),
  /** Entries of [since, until). */
  since: Instant.optional(),
  until: Instant.optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

/** `expect`: "<entries>:<head>", as an earlier check answered. */
export const VerifyAuditQuery = z.strictObject({
  expect: z
    .string()
    .regex(/^[1-9]\d{0,8}:[0-9a-f]{64}$/)
    .optional(),
})

export const ProxiesQuery = PageQuery.extend({
  namespace: Namespace,
  service: z.string().max(253).optional(),
  state: z.string().max(32).optional(),
})

export const NamespaceQuery = PageQuery.extend({ namespace: Namespace })

export const TracesQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) })

/** `ns`: comma-separated namespaces; absent: all. */
export const GraphQuery = z.strictObject({
  ns: z.string().max(2000).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).default('now'),
})
