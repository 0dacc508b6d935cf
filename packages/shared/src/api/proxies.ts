import { z } from 'zod'
import { Capabilities } from './capability.ts'

/** Something that it does not do although people count on it. */
export const ProxyWarning = z.strictObject({
  code: z.enum(['no_telemetry', 'no_mesh_limits', 'silent']),
  message: z.string(),
  fix: z.string(),
})
export type ProxyWarning = z.infer<typeof ProxyWarning>

/** How far a proxy is with what it was told to run. */
export const ProxyState = z.enum(['acked', 'sent', 'stale', 'rejected', 'disconnected'])

export const ProxySummary = z.strictObject({
  id: z.string(),
  service: z.string(),
  namespace: z.string(),
  workload: z.string(),
  version: z.string(),
  address: z.string(),
  zone: z.string(),
  /** "heddle 0.1.0", "envoy 1.40.0", "gRPC Node Pure JS 1.14.1". */
  agent: z.string(),
  dialect: z.enum(['heddle', 'envoy', 'grpc']),
  isConnected: z.boolean(),
  connectedSince: z.iso.datetime().optional(),
  lastSeenAt: z.iso.datetime(),
  /** Revision it was told to run, and the one it acknowledged. */
  targetRevision: z.int(),
  ackedRevision: z.int().optional(),
  state: ProxyState,
  nack: z.strictObject({ typeUrl: z.string(), detail: z.string(), at: z.iso.datetime() }).optional(),
  /** Absent: none. */
  warnings: z.array(ProxyWarning).optional(),
  requestsPerSecond: z.number().optional(),
  residentBytes: z.number().optional(),
})
export type ProxySummary = z.infer<typeof ProxySummary>

export const ProxyDetail = z.strictObject({
  summary: ProxySummary,
  types: z.array(
    z.strictObject({
      typeUrl: z.string(),
      resources: z.int(),
      sentVersion: z.string().optional(),
      ackedVersion: z.string().optional(),
      nack: z.string().optional(),
      sentAt: z.iso.datetime().optional(),
      ackedAt: z.iso.datetime().optional(),
    }),
  ),
  /** The resources it is told to run, as JSON, secrets masked. */
  resources: z.array(z.strictObject({ typeUrl: z.string(), name: z.string(), version: z.string(), json: z.unknown() })),
  nackHistory: z.array(
    z.strictObject({ at: z.iso.datetime(), typeUrl: z.string(), detail: z.string(), revision: z.int().optional() }),
  ),
  capabilities: Capabilities,
})
export type ProxyDetail = z.infer<typeof ProxyDetail>
