import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { normaliseAuthority } from '../path/normalise-authority.ts'
import type { HostTable, PortTable, WildcardDomain } from './host-table.ts'
import type { VirtualHost } from './virtual-host.ts'

type Ports = { anyPort: VirtualHost | undefined; byPort: Map<number, VirtualHost> }

/** One domain leads to one virtual host: two claims to it are refused, as Envoy does. */
export function buildHostTable(hosts: readonly VirtualHost[], ignoresPort: boolean): HostTable {
  const exact = new Map<string, Ports>()
  const suffixes = new Map<string, Ports>()
  const prefixes = new Map<string, Ports>()
  let any: VirtualHost | undefined
  for (const [index, host] of hosts.entries()) {
    for (const domain of host.domains) {
      const path = `virtual_hosts[${index}].domains`
      if (domain === '*') {
        if (any !== undefined) throw new ResourceRejected(path, '"*" is claimed twice')
        any = host
      } else if (domain.startsWith('*')) claim(suffixes, domain.slice(1), host, path)
      else if (domain.endsWith('*')) claim(prefixes, domain.slice(0, -1), host, path)
      else claim(exact, domain, host, path)
    }
  }
  return { exact, suffixes: longestFirst(suffixes), prefixes: longestFirst(prefixes), any, ignoresPort }
}

function claim(table: Map<string, Ports>, domain: string, host: VirtualHost, path: string): void {
  const { host: name, port } = normaliseAuthority(domain)
  if (name === '' || name.includes('*')) throw new ResourceRejected(path, `"${domain}" is no domain`)
  const ports = table.get(name) ?? { anyPort: undefined, byPort: new Map<number, VirtualHost>() }
  table.set(name, ports)
  const taken = port === 0 ? ports.anyPort : ports.byPort.get(port)
  if (taken !== undefined) throw new ResourceRejected(path, `"${domain}" is claimed by ${taken.name} too`)
  if (port === 0) ports.anyPort = host
  else ports.byPort.set(port, host)
}

function longestFirst(table: ReadonlyMap<string, PortTable>): WildcardDomain[] {
  return [...table].map(([part, ports]) => ({ part, ports })).sort((a, b) => b.part.length - a.part.length)
}
