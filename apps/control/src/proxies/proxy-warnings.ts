import type { ProxyWarning } from '@heddle/shared/api/proxies'
import { bootstrapGaps } from '@heddle/shared/xds/bootstrap-gaps'
import { isConnected, type KnownProxy } from './known-proxy.ts'

/** As long as a proxy that has just connected may take to report for the first time. */
const graceMs = 30_000

/**
 * What a proxy does not do although people count on it. `isReporting`: something has come from it lately, so that it is of no
 * matter what its bootstrap says. `meshLimits`: names of the limits of the mesh on its service. Pure.
 */
export function proxyWarnings(
  known: KnownProxy,
  facts: { readonly isReporting: boolean; readonly meshLimits: readonly string[]; readonly nowMs: number },
): ProxyWarning[] {
  const { proxy } = known
  // A gRPC client has no bootstrap of ours, and knows neither.
  if (proxy.dialect === 'grpc' || !isConnected(known)) return []
  const gaps = bootstrapGaps({ telemetry: proxy.telemetryCluster, rateLimits: proxy.rateLimitCluster })
    .filter(({ code }) => (code === 'no_telemetry' ? !facts.isReporting : proxy.inbound.length > 0))
    .map((gap) =>
      gap.code === 'no_mesh_limits' ? { ...gap, message: withLimits(gap.message, facts.meshLimits) } : gap,
    )
  // Only our own proxy reports when there are no requests; what goes to another replica is not seen here.
  const isSilent = proxy.dialect === 'heddle' && proxy.telemetryCluster !== undefined && !facts.isReporting
  if (!isSilent || known.isElsewhere || facts.nowMs - known.since.getTime() < graceMs) return gaps
  return [
    ...gaps,
    {
      code: 'silent' as const,
      message: 'it is connected, and nothing that it reports arrives',
      fix: 'look whether it reaches the port of the control plane, and which receiver its OTEL_EXPORTER_OTLP_ENDPOINT names',
    },
  ]
}

function withLimits(message: string, limits: readonly string[]): string {
  return limits.length === 0 ? message : `${message}: ${limits.map((name) => `RateLimit ${name}`).join(', ')}`
}
