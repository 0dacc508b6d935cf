import type { FastifyInstance } from 'fastify'
import type { AccessRules } from '../access/who-asks.ts'
import type { AuditWitness } from '../audit/audit-witness.ts'
import type { ChangeContext } from '../changes/change-context.ts'
import type { RateLimiter } from '../limits/rate-limiter.ts'
import type { TelemetryReceiver } from '../otlp/telemetry-receiver.ts'
import type { GraphSources } from '../signals/read-graph.ts'

/** What routes need. */
export type HttpContext = ChangeContext &
  GraphSources & {
    readonly access: AccessRules
    readonly receiver: TelemetryReceiver
    readonly limiter: RateLimiter
    readonly witness: AuditWitness
  }

/** Adds the routes of one noun. */
export type Routes = (app: FastifyInstance, context: HttpContext) => void
