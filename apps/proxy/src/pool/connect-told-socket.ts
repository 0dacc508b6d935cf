import { isIPv6, Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net'
import { openNativeSocket } from '../net/open-native-socket.ts'
import type { SocketOption } from '../net/socket-option.ts'

/** A connection on a socket that is told `options` before it is bound or sends anything. */
export function connectToldSocket(options: TcpSocketConnectOpts, told: readonly SocketOption[]): Socket {
  let fd: number
  try {
    fd = openNativeSocket(isIPv6(options.host ?? ''), told)
  } catch (error) {
    return new Socket().destroy(error as Error) // `openNativeSocket` throws nothing else
  }
  // Nothing can be read of it before it is connected.
  const made: SocketConstructorOpts & { manualStart: true } = { ...options, fd, manualStart: true }
  return new Socket(made).connect(options)
}
