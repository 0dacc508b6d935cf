import type { ProxySummary } from '@heddle/shared/api/proxies'
import type { InstanceSignals, ServiceInstances } from '@heddle/shared/api/signals'
import { quantile } from './duration-histogram.ts'
import { judgeHealth } from './judge-health.ts'
import { SignalCell } from './signal-cell.ts'
import { inboundSeconds, type SignalStore } from './signal-store.ts'
import { toSignals } from './to-signals.ts'

/** Fewer requests of the others are nothing to compare with. */
const othersMin = 20

/** Which version and which instance of a service it is: each as its own proxy saw it, beside the others. */
export function compareInstances(store: SignalStore, proxies: readonly ProxySummary[]): ServiceInstances {
  const instances = proxies.map((proxy) => ({ proxy, cell: store.inboundOf(proxy.id) }))
  const versions = [...new Set(proxies.map(({ version }) => version))].sort().map((version) => ({
    version,
    cell: sumOf(instances.filter(({ proxy }) => proxy.version === version)),
  }))
  return {
    windowSeconds: inboundSeconds,
    versions: versions.map(({ version, cell }) => ({ version, ...signalsBeside(cell, versions) })),
    instances: instances.map(({ proxy, cell }) => ({
      proxyId: proxy.id,
      version: proxy.version,
      state: proxy.state,
      ...signalsBeside(cell, instances),
    })),
  }
}

type Measured = { readonly cell: SignalCell }

function signalsBeside(cell: SignalCell, all: readonly Measured[]): InstanceSignals {
  const others = sumOf(all.filter((each) => each.cell !== cell))
  const p95 = others.requests < othersMin ? undefined : quantile(others.durations, 0.95)
  const signals = toSignals(cell, inboundSeconds)
  return { health: judgeHealth(signals, p95), signals }
}

function sumOf(measured: readonly Measured[]): SignalCell {
  const sum = new SignalCell()
  for (const { cell } of measured) sum.add(cell)
  return sum
}
