import type { Assignment, EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { DnsDiscovery } from '../config/cluster-discovery.ts'
import { tellTwinsApart } from '../config/tell-twins-apart.ts'
import { addressKey } from '../net/address-key.ts'
import { DnsTarget } from './dns-target.ts'
import { type LookupCounts, newLookupCounts } from './lookup-counts.ts'
import type { ResolveHost } from './resolve-host.ts'

export type DnsOptions = {
  /** A cluster's endpoints, as names stand for them now. */
  readonly onResolved: (cluster: string, assignment: Assignment) => void
  readonly random: () => number
  readonly resolve?: ResolveHost
}

type Followed = {
  readonly discovery: DnsDiscovery
  readonly targets: ReadonlyMap<string, DnsTarget>
  readonly counts: LookupCounts
}

/** Keeps the clusters whose endpoints are names: looks them up when they come and at their refresh rate, off the request path. */
export class DnsClusters implements Disposable {
  private readonly options: DnsOptions
  private readonly followed = new Map<string, Followed>()

  constructor(options: DnsOptions) {
    this.options = options
  }

  /** Follows exactly these. Resolves when each new one has had its first attempt. */
  async follow(clusters: ReadonlyMap<string, ClusterConfig>): Promise<void> {
    for (const [name, { targets }] of this.followed) {
      if (clusters.get(name)?.discovery.kind === 'dns') continue
      for (const target of targets.values()) target[Symbol.dispose]()
      this.followed.delete(name)
    }
    const started: Promise<void>[] = []
    for (const [name, { discovery }] of clusters) {
      if (discovery.kind !== 'dns') continue
      const before = this.followed.get(name)
      if (before?.discovery === discovery) continue
      const after = this.start(name, discovery, before)
      this.followed.set(name, after)
      for (const target of before?.targets.values() ?? []) target[Symbol.dispose]()
      started.push(...[...after.targets.values()].map(({ first }) => first))
      this.publish(name)
    }
    await Promise.all(started)
  }

  /** What the names of a cluster stand for; undefined when it is not followed. */
  assignmentOf(cluster: string): Assignment | undefined {
    const followed = this.followed.get(cluster)
    return followed && expand(followed)
  }

  /** Undefined when it is not followed. */
  countsOf(cluster: string): LookupCounts | undefined {
    return this.followed.get(cluster)?.counts
  }

  [Symbol.dispose](): void {
    for (const { targets } of this.followed.values()) for (const target of targets.values()) target[Symbol.dispose]()
    this.followed.clear()
  }

  /** New settings begin with what the old ones knew. */
  private start(name: string, discovery: DnsDiscovery, before: Followed | undefined): Followed {
    const { resolve = resolveLazily, random } = this.options
    const hosts = new Set(discovery.template.endpoints.flatMap(hostsOf))
    const counts = before?.counts ?? newLookupCounts()
    const targets = new Map(
      [...hosts].map((host) => {
        const onChange = () => this.publish(name)
        const known = before?.targets.get(host)?.addresses
        return [host, new DnsTarget({ host, discovery, resolve, random, counts, onChange }, known)] as const
      }),
    )
    return { discovery, targets, counts }
  }

  private publish(name: string): void {
    const assignment = this.assignmentOf(name)
    if (assignment !== undefined) this.options.onResolved(name, assignment)
  }
}

/** Node's resolver is loaded with the first name: most proxies are told addresses. */
const resolveLazily: ResolveHost = async (...question) => {
  const { resolveHost } = await import('./resolve-host.ts')
  return resolveHost(...question)
}

function hostsOf({ address }: EndpointConfig): string[] {
  return address.kind === 'tcp' ? [address.host] : []
}

/** Each endpoint of the configuration, once per address of its name. */
function expand({ discovery, targets }: Followed): Assignment {
  const { template, strict } = discovery
  const endpoints = template.endpoints.flatMap((endpoint): EndpointConfig[] => {
    const { address } = endpoint
    if (address.kind === 'unix') return [endpoint]
    const addresses = targets.get(address.host)?.addresses ?? []
    const hostname = endpoint.hostname === '' ? address.host : endpoint.hostname
    // LOGICAL_DNS: one endpoint whose new connections go to the first address. It stays itself when that changes, so that
    // connections to an address of before are kept.
    // An answer may name one twice.
    const used = strict ? [...new Set(addresses)] : addresses.slice(0, 1)
    return used.map((host) => {
      const resolved = { ...address, host }
      return { ...endpoint, hostname, address: resolved, key: addressKey(strict ? resolved : address) }
    })
  })
  return { ...template, endpoints: tellTwinsApart(endpoints) }
}
