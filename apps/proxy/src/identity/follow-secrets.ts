import type { ClusterConfig } from '../config/cluster-config.ts'
import type { FilterChain, ListenerConfig } from '../config/listener-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { tlsOfCluster } from '../config/secret-refs.ts'
import type { TlsClientConfig } from '../config/tls-config.ts'
import type { SecretConfig, SecretContent, SecretRef } from '../config/tls-secret.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { fillTls } from './fill-tls.ts'
import { LiveSecret } from './live-secret.ts'
import { PathSecret } from './path-secret.ts'
import { countUpdate, newSecretStats, type SecretStats } from './secret-stats.ts'

/** One secret that something refers to, come or awaited. */
type Followed = {
  source: LiveSecret | PathSecret | undefined
  waitsUntil: NodeJS.Timeout | undefined
  /** Its time is over: who waits for it goes on without. */
  isOverdue: boolean
}

/**
 * Puts secrets into a configuration's TLS contexts and says when one of them has changed, so that it is filled again.
 *
 * A listener or cluster whose secret has not come waits as Envoy lets it: what it was before goes on, a new one is left out.
 * After `initial_fetch_timeout` it begins without, and speaks with nobody until the secret is there.
 */
export class SecretFollower implements Disposable {
  /** By the secret's name. */
  readonly stats = new Map<string, SecretStats>()
  /** What has happened to files that stand in the configuration itself. */
  readonly fileStats = newSecretStats()
  /** How often the contexts of `listener/<name>` or `cluster/<name>` have been made anew. */
  readonly contextUpdates = new Map<string, number>()
  /** Which listeners and clusters wait. */
  awaiting: readonly string[] = []
  private readonly followed = new Map<string | SecretConfig, Followed>()
  /** The names that the configuration speaks of. */
  private readonly named = new Set<string>()
  private readonly lastContexts = new Map<string, readonly unknown[]>()
  private readonly onChange: () => void
  private isTold = false
  private isStopped = false

  constructor(onChange: () => void) {
    this.onChange = onChange
  }

  fill(next: ProxyConfig, current: ProxyConfig): ProxyConfig {
    const used = new Set<string | SecretConfig>()
    this.named.clear()
    const awaiting: string[] = []
    // Of the listener or cluster that is looked at: one entry for each secret that has not come.
    const missing: { isOverdue: boolean }[] = []
    const contentOf = (ref: SecretRef): SecretContent | undefined => {
      const followed = this.follow(ref, next, used)
      const content = followed.source?.content
      if (content === undefined) missing.push(followed)
      return content
    }
    const each = <Config extends ListenerConfig | ClusterConfig>(
      kind: 'listener' | 'cluster',
      all: ReadonlyMap<string, Config>,
      before: ReadonlyMap<string, Config>,
      fillOne: (config: Config) => Config,
    ): ReadonlyMap<string, Config> => {
      const filled = new Map<string, Config>()
      for (const [name, config] of all) {
        missing.length = 0
        const whole = fillOne(config)
        if (missing.length > 0) awaiting.push(`${kind} ${name}`)
        const chosen = missing.some(({ isOverdue }) => !isOverdue) ? before.get(name) : whole
        if (chosen !== undefined) filled.set(name, chosen)
      }
      return filled
    }
    const filled: ProxyConfig = {
      ...next,
      clusters: each('cluster', next.clusters, current.clusters, (cluster) => this.fillCluster(cluster, contentOf)),
      listeners: each('listener', next.listeners, current.listeners, (listener) =>
        this.fillListener(listener, contentOf),
      ),
    }
    this.forgetAllBut(used)
    for (const name of this.stats.keys()) if (!this.named.has(name)) this.stats.delete(name)
    for (const key of this.lastContexts.keys()) if (!isIn(next, key)) this.forgetContexts(key)
    if (awaiting.join() !== this.awaiting.join() && awaiting.length > 0) {
      lifecycleLog('info', 'waiting for secrets', { for: awaiting })
    }
    this.awaiting = awaiting
    return filled
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    this.forgetAllBut(new Set())
  }

  private fillCluster(cluster: ClusterConfig, contentOf: (ref: SecretRef) => SecretContent | undefined): ClusterConfig {
    const contexts = tlsOfCluster(cluster)
    if (contexts.every((tls) => tls?.secrets === undefined)) return cluster
    const filled = contexts.map((tls) => tls && fillTls(tls, contentOf))
    this.countContexts(`cluster/${cluster.name}`, filled)
    return withContexts(cluster, filled)
  }

  private fillListener(
    listener: ListenerConfig,
    contentOf: (ref: SecretRef) => SecretContent | undefined,
  ): ListenerConfig {
    const { chains, defaultChain } = listener
    const chain = (each: FilterChain): FilterChain => {
      if (each.tls?.secrets === undefined) return each
      const tls = fillTls(each.tls, contentOf)
      return sameAs(each, tls, () => ({ ...each, tls }))
    }
    const filledChains = chains.map(chain)
    const filledDefault = defaultChain && chain(defaultChain)
    const isSame = filledDefault === defaultChain && filledChains.every((each, index) => each === chains[index])
    if (isSame) return listener
    this.countContexts(`listener/${listener.name}`, [...filledChains, filledDefault])
    return { ...listener, chains: filledChains, defaultChain: filledDefault }
  }

  private forgetContexts(key: string): void {
    this.lastContexts.delete(key)
    this.contextUpdates.delete(key)
  }

  /** The first contexts are counted too, as Envoy counts those that a secret completes. */
  private countContexts(key: string, contexts: readonly unknown[]): void {
    const last = this.lastContexts.get(key)
    const changed = contexts.filter((context, index) => context !== last?.[index]).length
    this.lastContexts.set(key, contexts)
    if (changed > 0) this.contextUpdates.set(key, (this.contextUpdates.get(key) ?? 0) + changed)
  }

  private follow(ref: SecretRef, { secrets }: ProxyConfig, used: Set<string | SecretConfig>): Followed {
    const key = keyOf(ref)
    used.add(key)
    if (ref.kind !== 'own') this.named.add(ref.name)
    let followed = this.followed.get(key)
    if (followed === undefined) {
      followed = { source: undefined, waitsUntil: undefined, isOverdue: false }
      this.followed.set(key, followed)
    }
    this.take(followed, ref, secrets)
    if (followed.source?.content === undefined) this.wait(followed, ref)
    else clearTimeout(followed.waitsUntil)
    return followed
  }

  private take(followed: Followed, ref: SecretRef, secrets: ReadonlyMap<string, SecretConfig>): void {
    const { source } = followed
    const tell = () => this.tell()
    if (ref.kind === 'path') {
      followed.source ??= new PathSecret(ref, this.statsOf(ref.name), tell)
      return
    }
    const config = ref.kind === 'own' ? ref.secret : secrets.get(ref.kind === 'xds' ? ref.key : ref.name)
    // Nothing new: a secret that was taken away serves on.
    if (config === undefined || (source instanceof LiveSecret && source.config === config)) return
    source?.[Symbol.dispose]()
    const name = ref.kind === 'own' ? 'of the TLS context' : ref.name
    const stats = ref.kind === 'xds' ? this.statsOf(name) : this.fileStats
    followed.source = new LiveSecret(name, config, stats, tell)
    if (ref.kind === 'xds') countUpdate(stats, 'successes')
  }

  private wait(followed: Followed, ref: SecretRef): void {
    if (followed.waitsUntil !== undefined || ref.kind === 'own' || ref.kind === 'static') return
    if (ref.fetchTimeoutMs === 0) return
    followed.waitsUntil = setTimeout(() => {
      followed.isOverdue = true
      this.statsOf(ref.name).fetchTimeouts++
      lifecycleLog('warn', 'a secret does not come; who waits for it begins without', { secret: ref.name })
      this.tell()
    }, ref.fetchTimeoutMs)
    followed.waitsUntil.unref()
  }

  private statsOf(name: string): SecretStats {
    let stats = this.stats.get(name)
    if (stats === undefined) {
      stats = newSecretStats()
      this.stats.set(name, stats)
    }
    return stats
  }

  private forgetAllBut(used: ReadonlySet<string | SecretConfig>): void {
    for (const [key, { source, waitsUntil }] of this.followed) {
      if (used.has(key)) continue
      source?.[Symbol.dispose]()
      clearTimeout(waitsUntil)
      this.followed.delete(key)
    }
  }

  /** Several that change together are told once. */
  private tell(): void {
    if (this.isTold) return
    this.isTold = true
    setImmediate(() => {
      this.isTold = false
      if (!this.isStopped) this.onChange()
    })
  }
}

/** Whether the listener or cluster of this key is part of the configuration. */
function isIn({ listeners, clusters }: ProxyConfig, key: string): boolean {
  const name = key.slice(key.indexOf('/') + 1)
  return key.startsWith('listener/') ? listeners.has(name) : clusters.has(name)
}

const madeOf = new WeakMap<object, { readonly owner: object; readonly made: object }>()

/** What was made of the same owner for the same context, once more: a swap that changes nothing changes no object. */
function sameAs<Owner extends object>(owner: Owner, tls: object, make: () => Owner): Owner {
  const known = madeOf.get(tls)
  if (known?.owner === owner) return known.made as Owner // made of it
  const made = make()
  madeOf.set(tls, { owner, made })
  return made
}

type Contexts = readonly (TlsClientConfig | undefined)[]

const clusterOf = new WeakMap<ClusterConfig, { readonly contexts: Contexts; readonly made: ClusterConfig }>()

/** The same of a cluster, which may have several: its own, then those of `transport_socket_matches`. */
function withContexts(cluster: ClusterConfig, contexts: Contexts): ClusterConfig {
  const known = clusterOf.get(cluster)
  if (known !== undefined && contexts.every((tls, index) => tls === known.contexts[index])) return known.made
  const socketMatches = cluster.socketMatches.map((match, index) => ({
    ...match,
    socket: { ...match.socket, tls: contexts[index + 1] },
  }))
  const made = { ...cluster, tls: contexts[0], socketMatches }
  clusterOf.set(cluster, { contexts, made })
  return made
}

function keyOf(ref: SecretRef): string | SecretConfig {
  switch (ref.kind) {
    case 'own':
      return ref.secret
    case 'static':
      return `static ${ref.name}`
    case 'xds':
      return `xds ${ref.key}`
    case 'path':
      return `path ${ref.directory} ${ref.file} ${ref.name}`
  }
}
