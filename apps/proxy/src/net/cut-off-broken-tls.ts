import type { Socket } from 'node:net'

/**
 * Ends a connection of TLS whose peer sends what cannot be decrypted. Node says so by an `error` and leaves the connection as it is:
 * nobody would ever be heard on it again, and whoever waits for an answer would wait for its time limit.
 */
export function cutOffBrokenTls<Secure extends Socket>(socket: Secure): Secure {
  socket.on('error', cutOff)
  return socket
}

function cutOff(this: Socket): void {
  this.destroy()
}
