import cluster from 'node:cluster'
import type { Server } from 'node:net'
import { bindNativeSocket, setOptions } from '../net/open-native-socket.ts'
import type { TcpAddress } from '../net/socket-address.ts'
import type { SocketOption } from '../net/socket-option.ts'

type Sharing = { readonly backlog: number; readonly reusesPort: boolean }

/**
 * Listens on a socket that the system is told `options` of, in their moments. Workers cannot be handed one by the process
 * above them, as others are: each opens its own, and the system divides the connections between those of one address.
 */
export function listenWith(
  server: Server,
  address: TcpAddress,
  options: readonly SocketOption[],
  { backlog, reusesPort }: Sharing,
  onListening: () => void,
): void {
  const fd = bindNativeSocket(address, options, reusesPort || cluster.isWorker)
  server.listen({ fd, backlog, exclusive: true }, () => {
    try {
      setOptions(fd, options, 'listening')
      onListening()
    } catch (error) {
      server.close()
      server.emit('error', error)
    }
  })
}
