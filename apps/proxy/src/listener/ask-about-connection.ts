import type { Socket } from 'node:net'
import { isAmongPercent } from '@heddle/engine/runtime/runtime-values'
import { RateLimitResponse_Code as Code } from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import type { AskedConnectionLimit } from '../config/network-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { LoggedSession } from '../format/logged-session.ts'

export type AskingRuntime = Pick<Runtime, 'counts' | 'askRateLimit' | 'values' | 'random'>

type Asking = {
  readonly socket: Socket
  readonly session: () => LoggedSession
  readonly refuse: (delayMs: number) => void
}

/**
 * Asks a rate limit service about a new connection. What the client says meanwhile waits, unread; when it goes, so does the
 * question. Without an answer in time the connection goes on, unless the filter fails closed.
 */
export function askAboutConnection(
  { statPrefix, service, domain, descriptors, failsClosed }: AskedConnectionLimit,
  { socket, session, refuse }: Asking,
  { counts, askRateLimit, values, random }: AskingRuntime,
  goOn: () => void,
): void {
  const counted = counts.askedConnectionsOf(statPrefix)
  counted.total++
  counted.active++
  let isGone = false
  const leave = () => {
    isGone = true
    counted.active--
  }
  socket.pause()
  socket.on('error', ignore)
  socket.once('close', leave)
  const seen = session()
  const descriptions = descriptors.map((entries) => ({
    entries: entries.map(({ key, value }) => ({ key, value: value.tcp(seen) })),
  }))
  void askRateLimit(service, domain, descriptions).then((answer) => {
    if (isGone) return
    counted.active--
    socket.off('close', leave)
    const isError = answer === undefined
    const isOver = answer?.overallCode === Code.OVER_LIMIT
    if (isError) counted.errors++
    else if (isOver) counted.over++
    else counted.ok++
    const isRefused = isOver && isAmongPercent(values(), 'ratelimit.tcp_filter_enforcing', random)
    if (isRefused || (isError && failsClosed)) {
      counted.cut++
      refuse(0)
      return
    }
    if (isError) counted.passedOnError++
    socket.off('error', ignore)
    goOn()
  })
}

function ignore(): void {}
