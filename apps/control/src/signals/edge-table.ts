import type { EdgeIdentity, EdgeTrack } from './edge-track.ts'
import { RevisionTrack } from './revision-track.ts'
import { SignalTrack } from './signal-track.ts'

/** Names come from outside: an edge beyond these takes the place of one that has been unused for the longest. */
export type EdgeBounds = { readonly all: number; readonly ofProxy: number }
export const edgeBounds: EdgeBounds = { all: 20_000, ofProxy: 2000 }
/** So many are forgotten at once, of those that stand in the way: looking for the oldest costs more than forgetting it. */
const forgottenShare = 0.1
/** So long it is told that a bound was met. */
const toldSeconds = 3600

/**
 * The edges that proxies told of, and which proxy told of each first. A proxy that makes up callers or services without end
 * fills its own share and forgets its own; whatever carries traffic is never the longest unused.
 */
export class EdgeTable {
  private readonly edges = new Map<string, { readonly edge: EdgeTrack; readonly toldBy: string }>()
  private readonly byProxy = new Map<string, Set<string>>()
  /** When the bound of a proxy, or of all (""), was last met, in epoch seconds. */
  private readonly metAt = new Map<string, number>()
  private readonly bounds: EdgeBounds

  constructor(bounds = edgeBounds) {
    this.bounds = bounds
  }

  of(proxyId: string, { reporter, source, destination, protocol }: EdgeIdentity, now: number): EdgeTrack {
    const key = `${reporter}|${source.namespace}/${source.service}|${destination.namespace}/${destination.service}|${destination.version}|${protocol}`
    const known = this.edges.get(key)
    if (known !== undefined) return known.edge
    this.makeRoom(proxyId, now)
    const edge = { reporter, source, destination, protocol, track: new SignalTrack(), byRevision: new RevisionTrack() }
    this.edges.set(key, { edge, toldBy: proxyId })
    const own = this.byProxy.get(proxyId)
    if (own === undefined) this.byProxy.set(proxyId, new Set([key]))
    else own.add(key)
    return edge
  }

  *all(): Iterable<EdgeTrack> {
    for (const { edge } of this.edges.values()) yield edge
  }

  /** Forgets what was last used before. */
  prune(oldest: number): void {
    for (const [key, { edge }] of this.edges) if (edge.track.lastAt < oldest) this.forget(key)
  }

  /** Proxies that told of more edges than are kept of one, lately; "" stands for all together. */
  bounded(now: number): string[] {
    for (const [proxyId, at] of this.metAt) if (at < now - toldSeconds) this.metAt.delete(proxyId)
    return [...this.metAt.keys()]
  }

  private makeRoom(proxyId: string, now: number): void {
    const own = this.byProxy.get(proxyId)
    // Who gives no name shares one with all others that give none: only the bound of all is theirs.
    if (proxyId !== '' && own !== undefined && own.size >= this.bounds.ofProxy) {
      this.metAt.set(proxyId, now)
      this.forgetOldest([...own])
    } else if (this.edges.size >= this.bounds.all) {
      this.metAt.set('', now)
      this.forgetOldest([...this.edges.keys()])
    }
  }

  private forgetOldest(keys: string[]): void {
    const lastAt = (key: string) => this.edges.get(key)?.edge.track.lastAt ?? 0
    keys.sort((a, b) => lastAt(a) - lastAt(b))
    for (const key of keys.slice(0, Math.ceil(keys.length * forgottenShare))) this.forget(key)
  }

  private forget(key: string): void {
    const toldBy = this.edges.get(key)?.toldBy ?? ''
    this.edges.delete(key)
    const own = this.byProxy.get(toldBy)
    own?.delete(key)
    if (own?.size === 0) this.byProxy.delete(toldBy)
  }
}
