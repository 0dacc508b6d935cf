import type { HealthProbe } from '../config/health-check-config.ts'
import { openSocket, readyEvent } from '../pool/open-socket.ts'
import { holdsInOrder } from './holds-in-order.ts'
import type { ProbeResult } from './probe-result.ts'
import type { ProbeTarget } from './probe-target.ts'

const bytesMax = 64 * 1024

/** A connection, and where they are asked for, certain bytes back. */
export function checkTcp(
  { send, receive }: Extract<HealthProbe, { kind: 'tcp' }>,
  { address, dial }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = openSocket(address, dial)
    let received = Buffer.alloc(0)
    const end = (result: ProbeResult) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(result)
    }
    const onAbort = () => end('silence')
    signal.addEventListener('abort', onAbort)
    socket.on('error', () => end('silence'))
    socket.on('close', () => end('silence'))
    socket.once(readyEvent(dial), () => {
      if (send !== undefined) socket.write(send)
      if (receive.length === 0) end('success')
    })
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (holdsInOrder(received, receive)) end('success')
      else if (received.length > bytesMax) end('silence')
    })
  })
}
