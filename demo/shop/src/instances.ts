import { deployments, namespace, type ServiceName, servicePort } from './shop.ts'

/** One running copy of a service with the addresses that it and its sidecar use. */
export type Instance = {
  /** "payments-v2-1" */
  readonly name: string
  readonly service: ServiceName
  readonly version: string
  readonly workload: string
  readonly namespace: string
  readonly zone: string
  /** The instance's own loopback address: peers see it as the source, and its sidecar's inbound listener binds it. */
  readonly address: string
  readonly servicePort: number
  readonly appPort: number
  readonly outboundPort: number
  readonly adminPort: number
}

/**
 * Gives every instance its addresses: `<net>.<deployment>.<copy>` and three ports from `portBase` on.
 * The same input gives the same addresses, so that a second start finds its old endpoints.
 */
export function instances(net: string, portBase: number): Instance[] {
  let next = 0
  return deployments.flatMap(({ service, version, instances: copies }, deployment) =>
    Array.from({ length: copies }, (_, copy) => {
      const port = portBase + 10 * next++
      const workload = `${service}-${version}`
      return {
        name: `${workload}-${copy + 1}`,
        service,
        version,
        workload,
        namespace,
        zone: copy % 2 === 0 ? 'a' : 'b',
        address: `${net}.${deployment + 1}.${copy + 1}`,
        servicePort,
        appPort: port,
        outboundPort: port + 1,
        adminPort: port + 2,
      }
    }),
  )
}
