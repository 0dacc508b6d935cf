import type { EdgeIdentity } from './edge-track.ts'
import { SignalCell } from './signal-cell.ts'
import type { SignalStore } from './signal-store.ts'

/** The requests of one caller to one service in a window, as either side saw them. */
export type EdgeSum = {
  readonly source: EdgeIdentity['source']
  readonly destination: { readonly namespace: string; readonly service: string }
  protocol: EdgeIdentity['protocol']
  /** As the callers' proxies saw it: with what never reached the service. */
  readonly bySource: SignalCell
  /** As the service's own proxies saw it: these know which answers a fault or a policy made. */
  readonly byDestination: SignalCell
  /** Requests by version of the service that answered. */
  readonly versions: Map<string, number>
}

/** One measured piece of an edge: a track's window, or a row of a minute. */
export type EdgePiece = EdgeIdentity & { readonly cell: SignalCell }

export function sumEdges(pieces: Iterable<EdgePiece>): Map<string, EdgeSum> {
  const sums = new Map<string, EdgeSum>()
  for (const { reporter, source, destination, protocol, cell } of pieces) {
    const id = edgeId(source, destination)
    let sum = sums.get(id)
    if (sum === undefined) {
      const { namespace, service } = destination
      sum = {
        source,
        destination: { namespace, service },
        protocol,
        bySource: new SignalCell(),
        byDestination: new SignalCell(),
        versions: new Map(),
      }
      sums.set(id, sum)
    }
    if (cell.requests > 0) sum.protocol = protocol
    const side = reporter === 'source' ? sum.bySource : sum.byDestination
    side.add(cell)
    if (reporter === 'destination' && cell.requests > 0) {
      sum.versions.set(destination.version, (sum.versions.get(destination.version) ?? 0) + cell.requests)
    }
  }
  return sums
}

/** Every edge that the store still knows, with its requests in [since, until); an edge without any is idle. */
export function edgesBetween(store: SignalStore, since: number, until: number): Map<string, EdgeSum> {
  return sumEdges(edgePieces(store, since, until))
}

export function* edgePieces(store: SignalStore, since: number, until: number): Iterable<EdgePiece> {
  for (const edge of store.allEdges()) yield { ...edge, cell: edge.track.sum(since, until, store.now()) }
}

/** What callers met, when their side reports; what the service did, when only it does. */
export function mainCell({ bySource, byDestination }: EdgeSum): SignalCell {
  return bySource.requests > 0 ? bySource : byDestination
}

export function nodeId({ namespace, service }: { readonly namespace: string; readonly service: string }): string {
  return service === 'unknown' ? 'ext:unknown' : `svc:${namespace}/${service}`
}

export function edgeId(source: EdgeIdentity['source'], destination: EdgeSum['destination']): string {
  return `${nodeId(source)}>${nodeId(destination)}`
}
