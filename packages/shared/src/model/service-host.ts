import { isIpv4 } from './ip-address.ts'

/** Full DNS name of a Service. */
export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`
}

/** Every host name under which callers in a namespace may name a Service, the full one first. */
export function serviceHostNames(name: string, namespace: string, callerNamespace: string): string[] {
  const names = [serviceHost(name, namespace), `${name}.${namespace}.svc`, `${name}.${namespace}`]
  return callerNamespace === namespace ? [...names, name] : names
}

/**
 * The Service that a host name stands for, seen from a namespace; undefined when it cannot be one.
 * Two labels are read as `<name>.<namespace>`.
 */
export function parseServiceHost(
  host: string,
  ownNamespace: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const [name, namespace, ...rest] = host.toLowerCase().replace(/\.$/, '').split('.')
  if (!name || isIpv4(host)) return undefined
  const suffix = rest.join('.')
  if (suffix !== '' && suffix !== 'svc' && suffix !== 'svc.cluster.local') return undefined
  return { name, namespace: namespace ?? ownNamespace }
}
