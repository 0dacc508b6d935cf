import { openSocket, readyEvent } from '../pool/open-socket.ts'
import type { ProbeTarget } from './probe-target.ts'

export type Http2Answer = {
  readonly status: number
  readonly isDegraded: boolean
  readonly grpcStatus: string
  readonly body: Buffer
}

const bodyBytesMax = 64 * 1024

/** One request over HTTP/2 on a connection of its own. Node's client: health checks are rare, and it need not be fast. */
export function askHttp2(
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer | undefined },
  { address, dial }: ProbeTarget,
  signal: AbortSignal,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(address, dial)
    socket.on('error', reject)
    const onAbort = () => socket.destroy(new Error('no answer in time'))
    signal.addEventListener('abort', onAbort)
    socket.on('close', () => {
      signal.removeEventListener('abort', onAbort)
      reject(new Error('closed'))
    })
    socket.once(readyEvent(dial), () => {
      const { connect } = process.getBuiltinModule('node:http2')
      const session = connect('http://health-check', { createConnection: () => socket })
      session.on('error', reject)
      const stream = session.request(request.headers, { endStream: request.body === undefined })
      const parts: Buffer[] = []
      let bytes = 0
      let answer = { status: 0, isDegraded: false, grpcStatus: '' }
      stream.on('response', (headers) => {
        answer = {
          status: Number(headers[':status']),
          isDegraded: headers['x-envoy-degraded'] !== undefined,
          grpcStatus: String(headers['grpc-status'] ?? ''),
        }
      })
      stream.on('trailers', (trailers) => {
        answer.grpcStatus = String(trailers['grpc-status'] ?? answer.grpcStatus)
      })
      stream.on('data', (part: Buffer) => {
        bytes += part.length
        if (bytes <= bodyBytesMax) parts.push(part)
      })
      stream.on('error', reject)
      stream.on('end', () => {
        session.destroy()
        resolve({ ...answer, body: Buffer.concat(parts) })
      })
      if (request.body !== undefined) stream.end(request.body)
    })
  })
}
