import { clusterNamedBy } from '@heddle/engine/route/cluster-named-by'
import type { ForwardAction, MirrorPolicy } from '@heddle/engine/route/forward-action'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { RequestCopy } from '../exchange/request-copy.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { tellTry } from '../exchange/tell-try.ts'
import { LENGTH, NO_BODY } from '../message/body-framing.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { sendCopy } from './send-copy.ts'

/** A longer body is not mirrored: a copy may cost the proxy no more memory than a retry does. */
const copiedBytesMax = 64 * 1024

/**
 * Copies a request to one endpoint of each cluster that the route mirrors to, and forgets it: answers are dropped, nothing
 * is retried, and the client never waits. A copy is sent when the request is whole, so that a client that gives up half
 * way leaves no half request elsewhere. Undefined: nothing more of the request is wanted.
 */
export function mirrorExchange(
  exchange: HttpExchange,
  action: ForwardAction,
  runtime: Runtime,
): RequestCopy | undefined {
  const mirrors = action.mirrors.filter(({ share }) => runtime.random() < share)
  const targets = mirrors.flatMap((mirror) => {
    const cluster = runtime.cluster(mirror.cluster || clusterNamedBy(exchange, mirror.clusterHeader))
    return cluster === undefined ? [] : [{ cluster, host: hostOf(exchange.host, mirror) }]
  })
  if (targets.length === 0) return undefined
  // A copy is told what the first try is; the headers may still say what the request that was redirected here was told.
  tellTry(exchange, action, 1, exchange.startedMs)
  const { method, target } = exchange
  const headers = new HeaderBlock()
  for (let index = 0; index < exchange.headers.count; index++) {
    const name = exchange.headers.names[index] as string // in range
    if (name !== '') headers.append(name, exchange.headers.values[index] as string) // in range
  }
  const timeoutMs = action.timeoutMs > 0 ? action.timeoutMs : 15_000
  const send = (body: readonly Buffer[], bytes: number) => {
    for (const { cluster, host } of targets) {
      headers.set('host', host)
      const framing = exchange.requestFraming === NO_BODY ? NO_BODY : LENGTH
      sendCopy({ method, target, headers, framing, body, bytes, timeoutMs }, cluster, runtime)
    }
  }
  if (exchange.requestFraming === NO_BODY) {
    send([], 0)
    return undefined
  }
  return new BodyCopy(
    send,
    targets.map(({ cluster }) => cluster),
  )
}

class BodyCopy implements RequestCopy {
  private body: Buffer[] | undefined = []
  private bytes = 0
  private readonly send: (body: readonly Buffer[], bytes: number) => void
  private readonly clusters: readonly ClusterState[]

  constructor(send: BodyCopy['send'], clusters: readonly ClusterState[]) {
    this.send = send
    this.clusters = clusters
  }

  data(chunk: Buffer): void {
    if (this.body === undefined) return
    this.bytes += chunk.length
    if (this.bytes <= copiedBytesMax) {
      this.body.push(Buffer.from(chunk)) // it is lent
      return
    }
    this.body = undefined
    for (const { totals } of this.clusters) totals.mirrorsDropped++
  }

  end(): void {
    if (this.body !== undefined) this.send(this.body, this.bytes)
    this.body = undefined
  }
}

/** "-shadow" goes before any port. */
function hostOf(host: string, { suffixHost }: MirrorPolicy): string {
  if (!suffixHost) return host
  const port = /:\d+$/.exec(host)?.[0] ?? ''
  return `${host.slice(0, host.length - port.length)}-shadow${port}`
}
