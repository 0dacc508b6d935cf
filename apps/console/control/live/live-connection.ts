import {
  LIVE_FORBIDDEN,
  LIVE_SIGN_IN_AGAIN,
  type LiveClientMessage,
  LiveServerMessage,
  type LiveTopic,
} from '@heddle/shared/api/live'
import { noteStaleSince } from '../stale/stale-since.ts'
import { type LiveState, silenceMaxMs } from './live-state.ts'
import { type LiveHandlers, LiveTopics } from './live-topics.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'

/**
 * The one live socket of a tab. It opens with the first topic and after a loss comes back by itself, each topic
 * from its last event on, so that readers see no gap and nothing twice.
 */
export class LiveConnection {
  readonly #url: string
  readonly #topics = new LiveTopics()
  readonly #listeners = new Set<() => void>()
  #state: LiveState = { kind: 'connecting' }
  #socket: WebSocket | undefined
  #failures = 0
  #lostAt: number | undefined
  #lastMessageAt = 0
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined

  constructor(url: string) {
    this.#url = url
  }

  /** Opens the socket and watches it. The answer stops both. */
  start(): () => void {
    this.#watch = setInterval(() => this.#checkSilence(), 1000)
    this.#open()
    return () => {
      clearInterval(this.#watch)
      clearTimeout(this.#retryTimer)
      this.#drop()
    }
  }

  /** Reads a topic until the answer is called. */
  subscribe(topic: LiveTopic, params: Record<string, string>, handlers: LiveHandlers): () => void {
    const sub = this.#topics.add(topic, params, handlers)
    this.#send(this.#topics.subscribeMessage(sub))
    return () => {
      this.#topics.remove(sub)
      this.#send({ type: 'unsub', sub })
    }
  }

  /** While paused nothing arrives and silence is no loss. */
  pause(): void {
    if (this.#state.kind !== 'live') return
    this.#send({ type: 'pause' })
    this.#set({ kind: 'paused', since: Date.now() })
  }

  /** Goes on; what was missed comes by replay. After a loss, tries at once. */
  resume(): void {
    if (this.#state.kind === 'paused') {
      this.#lastMessageAt = Date.now()
      this.#send({ type: 'resume' })
      this.#set({ kind: 'live', lastAt: this.#lastMessageAt })
    } else if (this.#state.kind === 'disconnected') this.#open()
  }

  readonly state = (): LiveState => this.#state

  readonly onState = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #open(): void {
    clearTimeout(this.#retryTimer)
    this.#drop()
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    this.#lastMessageAt = Date.now()
    if (this.#lostAt === undefined) this.#set({ kind: 'connecting' })
    socket.addEventListener('open', () => {
      if (socket !== this.#socket) return
      this.#send({ type: 'hello', v: 1 })
      for (const message of this.#topics.subscribeAll()) this.#send(message)
    })
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(data)
    })
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#lose(code)
    })
  }

  #receive(text: unknown): void {
    const message = LiveServerMessage.safeParse(parse(text))
    // A message of a newer server is not for us; its heartbeat still shows that it lives.
    this.#lastMessageAt = Date.now()
    this.#failures = 0
    this.#lostAt = undefined
    if (this.#state.kind !== 'paused') this.#set({ kind: 'live', lastAt: this.#lastMessageAt })
    if (!message.success) return
    if (message.data.type === 'hb') noteStaleSince(message.data.staleSince)
    for (const sub of this.#topics.receive(message.data)) this.#send(this.#topics.subscribeMessage(sub))
  }

  #checkSilence(): void {
    if (this.#socket === undefined || this.#state.kind === 'paused') return
    if (Date.now() - this.#lastMessageAt > silenceMaxMs) this.#lose(undefined)
  }

  #lose(code: number | undefined): void {
    this.#drop()
    if (code === LIVE_SIGN_IN_AGAIN || code === LIVE_FORBIDDEN) {
      // Trying again would end the same way.
      this.#set({ kind: code === LIVE_FORBIDDEN ? 'forbidden' : 'signed-out' })
      return
    }
    const delay = reconnectDelayMs(++this.#failures)
    this.#lostAt ??= this.#state.kind === 'live' ? this.#lastMessageAt : Date.now()
    this.#retryTimer = setTimeout(() => this.#open(), delay)
    this.#set({ kind: 'disconnected', since: this.#lostAt, retryAt: Date.now() + delay })
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }

  #send(message: LiveClientMessage | undefined): void {
    if (message && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #set(state: LiveState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    // Not ours; the schema refuses it.
    return undefined
  }
}
