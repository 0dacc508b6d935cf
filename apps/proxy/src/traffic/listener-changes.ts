import type { RouteTable } from '@heddle/engine/route/route-table'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { SocketAddress } from '../net/socket-address.ts'

type Running = { readonly config: ListenerConfig }

/**
 * New listeners at the address of one that goes, each with that one's name: they take over its socket, since nobody else can
 * listen there while it does, and no client may be refused in between.
 */
export function renamedListeners(
  next: ProxyConfig['listeners'],
  running: ReadonlyMap<string, Running>,
): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>()
  const going = [...running].filter(([name]) => !next.has(name))
  if (going.length === 0) return renamed
  for (const [name, listener] of next) {
    if (running.has(name)) continue
    const at = going.findIndex(([, { config }]) => isSameSocket(config, listener))
    const [old] = at < 0 ? [] : going.splice(at, 1)
    if (old !== undefined) renamed.set(name, old[0])
  }
  return renamed
}

/** With the routes that listeners which finish what is under way still need, as they were last. */
export function withRoutesOf(leaving: Iterable<Running>, next: ProxyConfig, last: ProxyConfig): ProxyConfig {
  let routes: Map<string, RouteTable> | undefined
  for (const { config } of leaving) {
    const chains = config.defaultChain === undefined ? config.chains : [...config.chains, config.defaultChain]
    for (const { network } of chains) {
      const table = network.kind === 'http' ? last.routes.get(network.routeName) : undefined
      if (network.kind !== 'http' || table === undefined || next.routes.has(network.routeName)) continue
      routes ??= new Map(next.routes)
      routes.set(network.routeName, table)
    }
  }
  return routes === undefined ? next : { ...next, routes }
}

export function isSameSocket(a: ListenerConfig, b: ListenerConfig): boolean {
  return a.bindsPort === b.bindsPort && sameAddress(a.address, b.address) && sameOptions(a, b)
}

/** A socket that listens is told nothing more: other options take another one. */
function sameOptions({ socketOptions: a }: ListenerConfig, { socketOptions: b }: ListenerConfig): boolean {
  return (
    a.length === b.length &&
    a.every(({ level, name, value, when }, index) => {
      const other = b[index]
      return other?.level === level && other.name === name && other.when === when && other.value.equals(value)
    })
  )
}

function sameAddress(a: SocketAddress, b: SocketAddress): boolean {
  if (a.kind === 'unix') return b.kind === 'unix' && a.path === b.path
  if (b.kind === 'unix') return false
  return a.host === b.host && a.port === b.port
}
