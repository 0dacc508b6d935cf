import { connect, type Socket } from 'node:net'

export type LoadOptions = {
  readonly port: number
  readonly host?: string
  /** What is asked for: the Host header. */
  readonly authority: string
  readonly path?: string
  readonly connections?: number
  /** Ends by itself after so many. */
  readonly total?: number
  /** Between an answer and the next request on its connection. */
  readonly pauseMs?: number
  /** What each body must be. */
  readonly body?: string
}

/**
 * Steady load: one request after the other on kept connections, none tried twice, and one verdict for each. A connection
 * that the server ends is opened again, by the next request.
 */
export class KeepAliveLoad implements AsyncDisposable {
  /** How many requests ended with each status; `cut`: no whole answer came, `refused`: no connection, `other body`. */
  readonly verdicts = new Map<string, number>()
  /** How long each whole answer took, in ms, since `forgetTimes`. */
  tookMs: number[] = []
  private readonly options: LoadOptions
  private readonly wire: string
  private left: number
  private isOver = false
  private readonly clients: Promise<void>[]

  constructor(options: LoadOptions) {
    this.options = options
    this.left = options.total ?? Number.POSITIVE_INFINITY
    this.wire = `GET ${options.path ?? '/'} HTTP/1.1\r\nhost: ${options.authority}\r\n\r\n`
    this.clients = Array.from({ length: options.connections ?? 16 }, () => this.client())
  }

  /** Requests that have ended. */
  get ended(): number {
    return [...this.verdicts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** Verdicts other than 200, as text; empty when nothing failed. */
  get failures(): string[] {
    return [...this.verdicts]
      .filter(([verdict]) => verdict !== '200')
      .map(([verdict, count]) => `${count} × ${verdict}`)
  }

  /** Until all have been asked, where there is a total. */
  async whole(): Promise<void> {
    await Promise.all(this.clients)
  }

  async stop(): Promise<void> {
    this.isOver = true
    await this.whole()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  private async client(): Promise<void> {
    let socket: Socket | undefined
    while (!this.isOver && this.left > 0) {
      this.left--
      socket ??= await this.open()
      if (socket === undefined) this.note('refused')
      else socket = await this.ask(socket)
      if (this.options.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, this.options.pauseMs))
      // Ended while nothing was asked: that is the server's right.
      if (socket?.readyState !== 'open') socket = undefined
    }
    socket?.destroy()
  }

  private open(): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ port: this.options.port, host: this.options.host ?? '127.0.0.1', noDelay: true })
      socket.once('connect', () => resolve(socket))
      socket.on('error', () => resolve(undefined))
      socket.on('end', () => socket.destroy())
    })
  }

  /** Undefined: the connection is not to be used again. */
  private ask(socket: Socket): Promise<Socket | undefined> {
    const start = performance.now()
    return new Promise((resolve) => {
      let text = ''
      const settle = (verdict: string, isKept: boolean) => {
        socket.off('data', onData)
        socket.off('close', onClose)
        this.note(verdict)
        if (!isKept) socket.destroy()
        resolve(isKept ? socket : undefined)
      }
      const onData = (part: Buffer) => {
        text += part.toString('latin1')
        const answer = wholeAnswer(text)
        if (answer === undefined) return
        this.tookMs.push(performance.now() - start)
        const { body } = this.options
        const isOther = answer.status === '200' && body !== undefined && answer.body !== body
        settle(isOther ? 'other body' : answer.status, !/\r\nconnection: close/i.test(answer.head))
      }
      const onClose = () => settle('cut', false)
      socket.on('data', onData)
      socket.on('close', onClose)
      socket.write(this.wire)
    })
  }

  private note(verdict: string): void {
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1)
  }
}

/** Undefined: there is more to come. */
function wholeAnswer(
  text: string,
): { readonly status: string; readonly head: string; readonly body: string } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const rest = text.slice(end + 4)
  const status = head.slice(9, 12)
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    if (!rest.endsWith('0\r\n\r\n')) return undefined
    return { status, head, body: unchunked(rest) }
  }
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  return rest.length < length ? undefined : { status, head, body: rest }
}

function unchunked(text: string): string {
  let body = ''
  for (let at = 0; at < text.length; ) {
    const line = text.indexOf('\r\n', at)
    const size = Number.parseInt(text.slice(at, line), 16)
    body += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
  return body
}

/** The value below which so much of them lies; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
