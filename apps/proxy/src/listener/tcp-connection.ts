import { connect, type Socket } from 'node:net'
import type { ListenerConfig, TcpChain } from '../config/proxy-config.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { joinSockets } from '../tunnel/join-sockets.ts'

/** `tcp_proxy`: one upstream connection for one downstream connection, bytes passed on unread. */
export function serveTcpConnection(socket: Socket, listener: ListenerConfig, chain: TcpChain, runtime: Runtime): void {
  const started = performance.now()
  const end = (cluster: string, flags: string, bytesReceived: number, bytesSent: number) =>
    runtime.observer.onTcpEnd({
      listener,
      cluster,
      flags,
      bytesReceived,
      bytesSent,
      durationMs: performance.now() - started,
    })
  const name = pickWeighted(chain, runtime.random)
  const cluster = runtime.cluster(name)
  const endpoint = cluster?.pick(started, runtime.random, [])
  if (cluster === undefined || endpoint === undefined || cluster.isFull(endpoint)) {
    socket.resetAndDestroy()
    end(name, cluster === undefined ? 'NC' : endpoint === undefined ? 'UH' : 'UO', 0, 0)
    return
  }
  const { config } = cluster
  const { address } = endpoint.config
  const upstream = connect({
    ...(address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port }),
    ...(config.bindAddress === undefined || address.kind === 'unix' ? {} : { localAddress: config.bindAddress }),
    noDelay: true,
    allowHalfOpen: true,
  })
  cluster.counts.connections++
  endpoint.active++
  const leave = () => {
    cluster.counts.connections--
    endpoint.active--
  }
  const fail = () => {
    clearTimeout(timer)
    leave()
    cluster.counts.connectFailures++
    cluster.record(endpoint, 'local-failure', performance.now())
    socket.resetAndDestroy()
    upstream.destroy()
    end(name, 'UF', 0, 0)
  }
  const timer = setTimeout(fail, config.connectTimeoutMs)
  // The client may give up while we connect.
  const gone = () => {
    clearTimeout(timer)
    upstream.off('error', fail)
    upstream.on('error', () => undefined)
    leave()
    upstream.destroy()
    end(name, 'DC', 0, 0)
  }
  socket.on('error', () => undefined)
  socket.once('close', gone)
  upstream.once('error', fail)
  upstream.once('connect', () => {
    clearTimeout(timer)
    socket.off('close', gone)
    upstream.off('error', fail)
    joinSockets(socket, upstream, {
      wheel: runtime.wheel,
      idleTimeoutMs: chain.idleTimeoutMs,
      durationMaxMs: chain.connectionDurationMaxMs,
      onEnd: ({ fromClient, fromUpstream }) => {
        leave()
        end(name, '', fromClient, fromUpstream)
      },
    })
  })
}

function pickWeighted({ clusters }: TcpChain, random: () => number): string {
  let left = random() * clusters.reduce((sum, { weight }) => sum + weight, 0)
  for (const { cluster, weight } of clusters) {
    left -= weight
    if (left < 0) return cluster
  }
  return clusters.at(-1)?.cluster ?? ''
}
