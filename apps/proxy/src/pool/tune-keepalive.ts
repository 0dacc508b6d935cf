import type { Socket } from 'node:net'
import type { TcpKeepalive } from '../config/cluster-config.ts'
import { descriptorOf, nativeSockets } from '../net/native-sockets.ts'

const tcpLevel = 6
const intervalOption = 5
const countOption = 6

/** Sets of `tcp_keepalive` what Node cannot: how often a silent peer is probed, and how many times before it is given up. */
export function tuneKeepalive(socket: Socket, { probes, intervalS }: TcpKeepalive): void {
  if (probes === undefined && intervalS === undefined) return
  const fd = descriptorOf(socket)
  const sockets = nativeSockets()
  if (fd === undefined || sockets === undefined) return
  if (probes !== undefined) sockets.write(fd, tcpLevel, countOption, probes)
  if (intervalS !== undefined) sockets.write(fd, tcpLevel, intervalOption, intervalS)
}
