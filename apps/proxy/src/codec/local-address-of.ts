import type { Socket } from 'node:net'
import { hostPort } from '../net/host-port.ts'

/** Where a connection comes from, with its port: "" of one that has no such address, or is closed. */
export function localAddressOf({ localAddress, localPort }: Pick<Socket, 'localAddress' | 'localPort'>): string {
  return localAddress === undefined || localPort === undefined ? '' : hostPort(localAddress, localPort)
}
