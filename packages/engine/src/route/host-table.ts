import type { VirtualHost } from './virtual-host.ts'

/** Virtual hosts by domain. Envoy's precedence: exact, longest "*.suffix", longest "prefix.*", "*". */
export type HostTable = {
  readonly exact: ReadonlyMap<string, PortTable>
  /** Longest first; the key is what must follow or precede at least one character. */
  readonly suffixes: readonly WildcardDomain[]
  readonly prefixes: readonly WildcardDomain[]
  readonly any: VirtualHost | undefined
  /** `ignore_port_in_host_matching`: domains that name one take nothing. */
  readonly ignoresPort: boolean
}

export type WildcardDomain = { readonly part: string; readonly ports: PortTable }

/** A domain may name a port ("catalog:8080"); one without takes a host with any port that has no domain of its own. */
export type PortTable = {
  readonly anyPort: VirtualHost | undefined
  readonly byPort: ReadonlyMap<number, VirtualHost>
}

/** `authority` and `port` as `RequestView` has them. Allocates nothing. */
export function findVirtualHost(table: HostTable, authority: string, port: number): VirtualHost | undefined {
  const named = table.ignoresPort ? 0 : port
  const exact = table.exact.get(authority)
  if (exact !== undefined) {
    const host = atPort(exact, named)
    if (host !== undefined) return host
  }
  for (let index = 0; index < table.suffixes.length; index++) {
    const suffix = table.suffixes[index] as WildcardDomain // in range
    if (authority.length <= suffix.part.length || !authority.endsWith(suffix.part)) continue
    const host = atPort(suffix.ports, named)
    if (host !== undefined) return host
  }
  for (let index = 0; index < table.prefixes.length; index++) {
    const prefix = table.prefixes[index] as WildcardDomain // in range
    if (authority.length <= prefix.part.length || !authority.startsWith(prefix.part)) continue
    const host = atPort(prefix.ports, named)
    if (host !== undefined) return host
  }
  return table.any
}

function atPort(ports: PortTable, port: number): VirtualHost | undefined {
  return (port === 0 ? undefined : ports.byPort.get(port)) ?? ports.anyPort
}
