import type { ControlPlane } from '../bootstrap/control-plane.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'
import { readTlsNow } from '../identity/read-tls-now.ts'
import type { SocketAddress } from '../net/socket-address.ts'

export type Lease = Disposable & { readonly channel: GrpcChannel; readonly target: string }

const keepaliveDefault = { intervalMs: 5000, timeoutMs: 5000 }

/**
 * Connections to control planes. Streams to one server share one, as long as any of them is open; what TLS presents is read when
 * it is opened.
 */
export class ControlChannels {
  private readonly secrets: ProxyConfig['secrets']
  private readonly open = new Map<string, { readonly channel: GrpcChannel; leases: number }>()

  /** The bootstrap's own secrets: one of them may be for the connection to a control plane. */
  constructor(secrets: ProxyConfig['secrets']) {
    this.secrets = secrets
  }

  /** `cluster` is whose server it is: two clusters may reach one address in different ways. */
  lease(cluster: string, plane: ControlPlane, server: SocketAddress, messageBytesMax: number): Lease {
    const target = server.kind === 'unix' ? `unix:${server.path}` : `${server.host}:${server.port}`
    const key = `${cluster} ${target} ${messageBytesMax}`
    let shared = this.open.get(key)
    if (shared === undefined) {
      const { tls, connectTimeoutMs, keepalive = keepaliveDefault } = plane
      const settings = { connectTimeoutMs, keepalive, messageBytesMax, tls: tls && readTlsNow(tls, this.secrets) }
      shared = { channel: new GrpcChannel(server, settings), leases: 0 }
      this.open.set(key, shared)
    }
    const held = shared
    held.leases++
    let isHeld = true
    return {
      channel: held.channel,
      target,
      [Symbol.dispose]: () => {
        if (!isHeld) return
        isHeld = false
        held.leases--
        if (held.leases > 0) return
        this.open.delete(key)
        held.channel.close()
      },
    }
  }
}
