import type { ProxySummary } from '@heddle/shared/api/proxies'
import type { SignalStore } from './signal-store.ts'
import { rounded } from './to-signals.ts'

const windowSeconds = 15

/** A proxy with what it reported of itself; numbers that it did not report are left out. */
export function measured(signals: SignalStore, proxy: ProxySummary): ProxySummary {
  const until = Math.floor(signals.now())
  const { requests } = signals.ofProxies([proxy.id], until - windowSeconds, until)
  const residentBytes = signals.gaugeOf(proxy.id, 'resident_bytes')
  return {
    ...proxy,
    ...(residentBytes === undefined ? {} : { residentBytes }),
    // Who says how much memory it has reports each second, so none is none. An Envoy speaks only of requests.
    ...(residentBytes === undefined && requests === 0 ? {} : { requestsPerSecond: rounded(requests / windowSeconds) }),
  }
}
