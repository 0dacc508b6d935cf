import type { Bootstrap } from '../bootstrap/bootstrap.ts'
import { readTelemetryEnv, type TelemetrySettings } from './read-telemetry-env.ts'

/**
 * Where to report when the environment names no receiver: to the cluster that the bootstrap's node names as an Envoy's
 * (`metadata.TELEMETRY.cluster`), or that the tracing of one of its listeners does. Undefined when none does, or when its
 * endpoints are not in the file.
 */
export function collectorOf(
  bootstrap: Pick<Bootstrap, 'config' | 'node' | 'ads'>,
  env: NodeJS.ProcessEnv,
): TelemetrySettings | undefined {
  for (const name of collectorNames(bootstrap)) {
    const address = firstAddress(bootstrap, name)
    if (address?.kind !== 'tcp') continue
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    return readTelemetryEnv({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://${host}:${address.port}` })
  }
  return undefined
}

function* collectorNames({ config, node }: Pick<Bootstrap, 'config' | 'node'>): Iterable<string> {
  const telemetry = node.metadata?.TELEMETRY
  if (typeof telemetry === 'object' && telemetry !== null && 'cluster' in telemetry) yield String(telemetry.cluster)
  for (const { chains, defaultChain } of config.listeners.values()) {
    for (const { network } of defaultChain === undefined ? chains : [...chains, defaultChain]) {
      if (network.kind === 'http' && network.tracing?.collector !== undefined) yield network.tracing.collector
    }
  }
}

function firstAddress({ config, ads }: Pick<Bootstrap, 'config' | 'ads'>, name: string) {
  // The way to the management server is no cluster of the traffic.
  if (ads?.cluster === name) return ads.servers[0]
  const discovery = config.clusters.get(name)?.discovery
  if (discovery?.kind === 'static') return discovery.assignment.endpoints[0]?.address
  return discovery?.kind === 'dns' ? discovery.template.endpoints[0]?.address : undefined
}
