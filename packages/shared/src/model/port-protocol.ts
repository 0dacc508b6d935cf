import type { ServicePort } from './service.ts'

export type PortProtocol = 'http' | 'http2' | 'tcp'

/**
 * What is spoken on a port. The declaration wins, then the name in Istio's form (`<protocol>[-<suffix>]`).
 *
 * An undeclared port is HTTP, because callers reach services by host name through their sidecar's HTTP listener.
 */
export function portProtocol(port: Pick<ServicePort, 'name' | 'appProtocol'>): PortProtocol {
  switch (port.appProtocol) {
    case 'http':
    case 'kubernetes.io/ws':
      return 'http'
    case 'http2':
    case 'grpc':
    case 'kubernetes.io/h2c':
      return 'http2'
    case 'tcp':
      return 'tcp'
    case undefined:
      break
  }
  const prefix = port.name?.split('-', 1)[0]
  if (prefix === 'grpc' || prefix === 'http2') return 'http2'
  if (prefix === 'tcp') return 'tcp'
  return 'http'
}
