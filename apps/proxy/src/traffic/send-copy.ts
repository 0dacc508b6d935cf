import { nowMs } from '../clock/event-clock.ts'
import { newTimer } from '../clock/timer-wheel.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { UpstreamTry } from '../exchange/upstream-try.ts'
import type { Framing } from '../message/body-framing.ts'
import { NO_BODY } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { UpstreamEvents } from '../message/upstream-port.ts'

export type CopiedRequest = {
  readonly method: string
  readonly target: string
  readonly headers: HeaderBlock
  readonly framing: Framing
  readonly body: readonly Buffer[]
  readonly bytes: number
  readonly timeoutMs: number
}

/** Sends a whole request to one endpoint and drops the answer. It counts for the cluster like any other request. */
export function sendCopy(copy: CopiedRequest, cluster: ClusterState, { wheel }: Runtime): void {
  const now = nowMs()
  const endpoint = cluster.pick(now, [])
  if (endpoint === undefined || endpoint.cluster.breaker.isFull(endpoint.pools.usual)) {
    cluster.totals.mirrorsDropped++
    return
  }
  // The head is written when there is a connection; until then another copy may change the host.
  const host = copy.headers.get('host') ?? ''
  const attempt = new UpstreamTry(cluster, endpoint.cluster.breaker, endpoint, false, now, undefined)
  const timer = newTimer(() => attempt.abandon())
  const end = () => {
    wheel.clear(timer)
    attempt.end()
  }
  const events: UpstreamEvents = {
    onUpstreamReady(port) {
      attempt.take(port)
      copy.headers.set('host', host)
      port.sendHead(copy.method, copy.target, copy.headers, copy.framing, copy.bytes)
      if (copy.framing !== NO_BODY) for (const chunk of copy.body) port.sendData(chunk)
      port.sendEnd(undefined)
    },
    onUpstreamFailed(failure) {
      if (failure === 'overflow') endpoint.cluster.totals.activeOverflows++
      else endpoint.cluster.record(endpoint, 'local-failure', nowMs())
      end()
    },
    onInterim: () => undefined,
    onResponse(status) {
      const { copiesAnswered } = cluster.totals
      copiesAnswered.set(status, (copiesAnswered.get(status) ?? 0) + 1)
    },
    onResponseData: () => undefined,
    onResponsePaused: () => undefined,
    onResponseEnd: end,
    onUpstreamDrained: () => undefined,
    // Nobody would speak in the tunnel.
    onUpgraded: () => {
      wheel.clear(timer)
      attempt.abandon()
    },
  }
  wheel.set(timer, copy.timeoutMs)
  attempt.connecting = endpoint.pools.usual.acquire(events, now)
}
