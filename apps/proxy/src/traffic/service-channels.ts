import { nowMs } from '../clock/event-clock.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'

type OpenChannel = {
  readonly channel: GrpcChannel
  readonly cluster: string
  readonly endpoint: string
  readonly socketKey: string
}

/** Channels of gRPC to the endpoints of clusters that serve the proxy itself: one to each, opened when it is needed. */
export class ServiceChannels implements Disposable {
  private readonly channels = new Map<string, OpenChannel>()

  /** To an endpoint that the cluster picks; undefined: there is none. */
  to(cluster: ClusterState | undefined): GrpcChannel | undefined {
    const endpoint = cluster?.pick(nowMs(), [])
    if (cluster === undefined || endpoint === undefined) return undefined
    const { key, address } = endpoint.config
    const { name, connectTimeoutMs } = cluster.config
    const { tls, socketKey } = endpoint.socket
    // Another cluster may reach the same address in another way, and so may this one from now on.
    const way = `${name} ${key} ${socketKey}`
    let open = this.channels.get(way)
    if (open === undefined) {
      open = { channel: new GrpcChannel(address, { tls, connectTimeoutMs }), cluster: name, endpoint: key, socketKey }
      this.channels.set(way, open)
    }
    return open.channel
  }

  /** Endpoints come and go; what leads to one that is not there any more, or is reached in another way, is of no use. */
  closeStale(socketKeyOf: (cluster: string, endpoint: string) => string | undefined): void {
    for (const [way, { channel, cluster, endpoint, socketKey }] of this.channels) {
      if (socketKeyOf(cluster, endpoint) === socketKey) continue
      channel.close()
      this.channels.delete(way)
    }
  }

  [Symbol.dispose](): void {
    for (const { channel } of this.channels.values()) channel.close()
  }
}
