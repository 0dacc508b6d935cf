import type { ProxyConfig } from '../config/proxy-config.ts'
import { readTelemetryEnv, type TelemetrySettings } from './read-telemetry-env.ts'

/**
 * Where to report when the environment names no receiver: to the cluster that the tracing of a bootstrap's listener names.
 * Undefined when none does, or when its endpoints are not in the file.
 */
export function collectorOf(
  { listeners, clusters }: ProxyConfig,
  env: NodeJS.ProcessEnv,
): TelemetrySettings | undefined {
  for (const { chains, defaultChain } of listeners.values()) {
    for (const { network } of defaultChain === undefined ? chains : [...chains, defaultChain]) {
      const name = network.kind === 'http' ? network.tracing?.collector : undefined
      const discovery = name === undefined ? undefined : clusters.get(name)?.discovery
      const address = discovery?.kind === 'static' ? discovery.assignment.endpoints[0]?.address : undefined
      if (address?.kind !== 'tcp') continue
      return readTelemetryEnv({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://${address.host}:${address.port}` })
    }
  }
  return undefined
}
