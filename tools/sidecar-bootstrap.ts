import { proxyBootstrap } from '@heddle/shared/xds/proxy-bootstrap'
import { stringify } from 'yaml'
import type { Instance } from '../demo/shop/src/instances.ts'

export type MeshAddresses = {
  /** Where the control plane serves ADS and OTLP. */
  readonly xds: { readonly host: string; readonly port: number }
  /** The address the outbound listener binds: loopback beside the app. */
  readonly outboundHost: string
  readonly appHost: string
}

/** The Envoy bootstrap file of the sidecar of one of the shop's instances, as YAML. A real Envoy starts from the same file. */
export function sidecarBootstrap(instance: Instance, { xds, outboundHost, appHost }: MeshAddresses): string {
  const { namespace, service, workload, name, version, address, zone } = instance
  const bootstrap = proxyBootstrap(
    {
      namespace,
      service,
      workload,
      name,
      serviceAccount: service,
      labels: { app: service, version },
      addresses: [address],
      locality: { region: 'local', zone },
      inbound: [{ port: instance.servicePort, protocol: 'http', app: { host: appHost, port: instance.appPort } }],
      outbound: { host: outboundHost, port: instance.outboundPort },
    },
    { control: [xds], admin: { host: '127.0.0.1', port: instance.adminPort }, apiType: 'DELTA_GRPC' },
  )
  return stringify(bootstrap)
}
