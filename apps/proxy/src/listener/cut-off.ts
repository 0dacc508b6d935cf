import type { Socket } from 'node:net'
import { resetSocket } from '../codec/reset-socket.ts'

/** Ends a connection that nobody serves, and so nobody hears what becomes of it. */
export function cutOff(socket: Socket): void {
  socket.on('error', () => undefined)
  resetSocket(socket)
}
