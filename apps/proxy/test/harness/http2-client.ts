import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'

export type Http2Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly trailers: IncomingHttpHeaders
}

/** Node's own HTTP/2 client on one connection. */
export class Http2Client implements AsyncDisposable {
  readonly session: ClientHttp2Session

  constructor(port: number) {
    this.session = connect(`http://127.0.0.1:${port}`)
    this.session.on('error', () => undefined)
  }

  /** Rejects when the stream is reset. */
  request(headers: Readonly<Record<string, string>>, body?: string | Buffer): Promise<Http2Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request({ ':path': '/', ...headers }, { endStream: body === undefined })
      const parts: Buffer[] = []
      let answered: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
      let trailers: IncomingHttpHeaders = {}
      stream.on('response', (fields) => {
        answered = fields
      })
      stream.on('trailers', (fields) => {
        trailers = fields
      })
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('error', reject)
      stream.on('close', () =>
        resolve({
          status: answered[':status'] ?? 0,
          headers: answered,
          body: Buffer.concat(parts).toString('latin1'),
          trailers,
        }),
      )
      if (body !== undefined) stream.end(body)
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.session.destroy()
    return Promise.resolve()
  }
}
