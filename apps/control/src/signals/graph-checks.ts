import type { Graph } from '@heddle/shared/api/graph'
import type { ProxySummary } from '@heddle/shared/api/proxies'

/** Why a graph may be empty, each cause checked and told in a sentence. */
export function graphChecks(
  proxies: readonly ProxySummary[],
  lastReportAt: number,
  requests: number,
  windowSeconds: number,
  now: number,
): Graph['checks'] {
  const connected = proxies.filter(({ isConnected }) => isConnected).length
  const silentFor = now - lastReportAt
  return [
    {
      name: 'proxies',
      isOk: connected > 0,
      text: connected > 0 ? `${connected} of ${proxies.length} proxies are connected` : 'no proxy is connected',
    },
    {
      name: 'telemetry',
      isOk: lastReportAt > 0 && silentFor < 10,
      text:
        lastReportAt === 0
          ? 'no telemetry has arrived since the control plane started'
          : silentFor < 10
            ? 'telemetry arrives'
            : `the last telemetry arrived ${Math.round(silentFor)} s ago`,
    },
    {
      name: 'requests',
      isOk: requests > 0,
      text: `${requests} requests in the last ${Math.round(windowSeconds)} s`,
    },
  ]
}
