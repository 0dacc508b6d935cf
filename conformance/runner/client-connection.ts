import type { Socket } from 'node:net'
import { takeMessage } from './http-message.ts'
import { Inbox } from './inbox.ts'
import { type OpenedClient, openClient } from './open-client.ts'
import type { SeenHandshake, SeenResponse } from './outcome.ts'
import type { ClientSpec } from './scenario.ts'

/** The client's side of one connection to the proxy under test. */
export class ClientConnection {
  readonly localPort: number
  /** What the handshake came to; undefined without TLS, or when it failed. */
  readonly handshake: SeenHandshake | undefined
  private readonly socket: Socket
  private readonly inbox: Inbox
  private startedMs = performance.now()

  static async open(port: number, spec: ClientSpec = {}, certificates = ''): Promise<ClientConnection> {
    return new ClientConnection(await openClient(port, spec, certificates))
  }

  private constructor({ socket, localPort, fate, handshake }: OpenedClient) {
    this.socket = socket
    this.inbox = new Inbox(socket)
    this.inbox.fate = fate
    this.localPort = localPort
    this.handshake = handshake
  }

  get fate(): 'open' | 'closed' | 'reset' {
    return this.inbox.fate
  }

  write(text: string): void {
    this.startedMs = performance.now()
    if (!this.socket.destroyed) this.socket.write(text, 'latin1')
  }

  act(action: 'end' | 'reset' | 'close' | 'pause' | 'resume' | 'connect'): void {
    if (action === 'end') this.socket.end()
    else if (action === 'reset') this.socket.resetAndDestroy()
    else if (action === 'close') this.socket.destroy()
    else if (action === 'pause') this.socket.pause()
    else if (action === 'resume') this.socket.resume()
  }

  close(): void {
    this.socket.destroy()
  }

  /** The next final answer with the interim ones before it. */
  async receive(method: string, withinMs: number): Promise<SeenResponse> {
    const interims: number[] = []
    for (;;) {
      const taken = await this.inbox.ask(() => this.takeResponse(method), withinMs)
      if (taken === undefined) return this.inbox.isOver ? 'closed' : 'timeout'
      this.inbox.unread = taken.rest
      const { start, headers, body, trailers, complete } = taken.message
      const [, code = '0', ...reason] = start.split(' ')
      const status = Number(code)
      if (status >= 100 && status < 200 && status !== 101) {
        interims.push(status)
        continue
      }
      const ms = performance.now() - this.startedMs
      return { status, reason: reason.join(' '), headers, body, trailers, interims, complete, ms }
    }
  }

  /** Hands over what has come, whenever more has, until the taker is done; it says what it leaves. */
  async take(taker: (unread: string) => { rest: string; isDone: boolean }, withinMs: number): Promise<void> {
    await this.inbox.ask(() => {
      const { rest, isDone } = taker(this.inbox.unread)
      this.inbox.unread = rest
      return isDone ? true : undefined
    }, withinMs)
  }

  /** What has come until `text` stands in it. */
  async receiveText(text: string, withinMs: number): Promise<SeenResponse> {
    const { inbox } = this
    const end = await inbox.ask(() => {
      const at = inbox.unread.indexOf(text)
      return at < 0 ? undefined : at + text.length
    }, withinMs)
    const seen = inbox.unread.slice(0, end ?? inbox.unread.length)
    inbox.unread = inbox.unread.slice(seen.length)
    return { text: seen }
  }

  /** Waits for the end, and keeps quiet about whether it came: the fate tells. */
  async closed(withinMs: number): Promise<void> {
    await this.inbox.ask(() => undefined, withinMs)
  }

  private takeResponse(method: string) {
    const { unread, isOver } = this.inbox
    const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(unread)?.[1] ?? 0)
    const bodyless = method === 'HEAD' || (status >= 100 && status < 200) || status === 204 || status === 304
    const isTunnel = method === 'CONNECT' && status === 200
    return takeMessage(unread, { isOver, bodyless: bodyless || isTunnel, untilEnd: true })
  }
}
