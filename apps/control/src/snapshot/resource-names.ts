import { serviceHost } from '@heddle/shared/model/service-host'

/** The listener and the route configuration that a workload's own requests go through. */
export const outboundHttp = 'outbound_http'

export function outboundCluster(name: string, namespace: string, port: number): string {
  // The empty third part is Istio's place for a subset; tools that read these names expect it.
  return `outbound|${port}||${serviceHost(name, namespace)}`
}

export function inboundCluster(port: number): string {
  return `inbound|${port}||`
}

/** Also the name of the inline route configuration. */
export function inboundListener(port: number): string {
  return `inbound|${port}`
}

/** gRPC clients subscribe to route configurations by service. */
export function grpcRoutes(name: string, namespace: string, port: number): string {
  return `${serviceHost(name, namespace)}:${port}`
}

/** The port of its service; undefined for clusters of other names. */
export function outboundPort(cluster: string): number | undefined {
  const [, port] = /^outbound\|(\d+)\|/.exec(cluster) ?? []
  return port === undefined ? undefined : Number(port)
}

/** The service that such a cluster leads to, as "<namespace>/<name>"; undefined for clusters of other names. */
export function outboundService(cluster: string): string | undefined {
  const [, name, namespace] = /^outbound\|\d+\|\|([^.|]+)\.([^.|]+)\.svc\./.exec(cluster) ?? []
  return name === undefined || namespace === undefined ? undefined : `${namespace}/${name}`
}
