import { LiveClientMessage, type LiveServerMessage } from '@heddle/shared/api/live'
import type { WebSocket } from 'ws'
import type { LiveEvent, LiveTopic, TopicReader } from './live-topic.ts'
import { TopicRefused } from './topic-sources.ts'

type Subscription = TopicReader & {
  readonly topic: LiveTopic
  /** The last event this socket was sent. */
  sentId: string
  /** Events were left out: the reader gets the whole state when it can take it. */
  isBehind: boolean
}

const subscriptionsMax = 32
const messagesPerTenSeconds = 200
/** Above it, events are left out; below the lower one, the state is sent instead. */
const bufferedMax = 1024 * 1024
const bufferedResume = 64 * 1024
const stuckMs = 30_000

/** One browser tab. Speaks the protocol of `@heddle/shared/api/live`; memory for a slow reader is bounded. */
export class LiveSocket {
  private readonly socket: WebSocket
  private readonly personId: string
  private readonly openTopic: (message: Extract<LiveClientMessage, { type: 'sub' }>) => Promise<LiveTopic>
  private readonly subscriptions = new Map<string, Subscription>()
  private isPaused = false
  private behindSince: number | undefined
  private messages = 0
  private countedAt = 0

  constructor(
    socket: WebSocket,
    epoch: string,
    personId: string,
    openTopic: (message: Extract<LiveClientMessage, { type: 'sub' }>) => Promise<LiveTopic>,
  ) {
    this.socket = socket
    this.personId = personId
    this.openTopic = openTopic
    this.send({ type: 'hello', v: 1, epoch })
    socket.on('message', (bytes, isBinary) => {
      if (isBinary) return void socket.close(1003, 'send text')
      void this.receive(String(bytes))
    })
  }

  /** Called every two seconds: a reader knows by it that the line is alive, and which events it should have. */
  beat(staleSince: Date | undefined): void {
    const subs = Object.fromEntries([...this.subscriptions].map(([sub, { topic }]) => [sub, topic.lastId]))
    this.catchUp()
    this.send({
      type: 'hb',
      at: new Date().toISOString(),
      subs: this.isPaused ? {} : subs,
      ...(staleSince === undefined ? {} : { staleSince: staleSince.toISOString() }),
    })
  }

  close(): void {
    for (const subscription of this.subscriptions.values()) subscription.topic.remove(subscription)
    this.subscriptions.clear()
  }

  /** One text message of the reader. */
  async receive(text: string): Promise<void> {
    const now = Date.now()
    if (now - this.countedAt > 10_000) {
      this.countedAt = now
      this.messages = 0
    }
    if (++this.messages > messagesPerTenSeconds) return this.socket.close(1008, 'too many messages')
    const message = parseMessage(text)
    if (message === undefined) return this.send({ type: 'err', code: 'invalid_message', reason: 'not a message of v1' })
    switch (message.type) {
      case 'hello':
        return
      case 'sub':
        return this.subscribe(message)
      case 'unsub':
        return this.unsubscribe(message.sub)
      case 'pause':
        this.isPaused = true
        return
      case 'resume':
        this.isPaused = false
        for (const [sub, subscription] of this.subscriptions) this.continueFrom(sub, subscription, subscription.sentId)
        return
    }
  }

  private async subscribe(message: Extract<LiveClientMessage, { type: 'sub' }>): Promise<void> {
    const { sub, lastEventId } = message
    try {
      const topic = await this.openTopic(message)
      if (this.socket.readyState !== this.socket.OPEN) return
      // Looked at now and not before: another message may have come meanwhile, with the same name or one too many.
      this.unsubscribe(sub)
      if (this.subscriptions.size >= subscriptionsMax) {
        return this.send({ type: 'err', sub, code: 'too_many', reason: `at most ${subscriptionsMax} subscriptions` })
      }
      const subscription: Subscription = {
        topic,
        personId: this.personId,
        sentId: topic.lastId,
        isBehind: false,
        onEvents: (events) => this.pass(sub, subscription, events),
      }
      this.subscriptions.set(sub, subscription)
      topic.add(subscription)
      this.continueFrom(sub, subscription, lastEventId)
    } catch (error) {
      const [code, reason] =
        error instanceof TopicRefused ? [error.code, error.message] : ['unavailable', 'the topic cannot be read now']
      this.send({ type: 'err', sub, code, reason })
    }
  }

  private unsubscribe(sub: string): void {
    const known = this.subscriptions.get(sub)
    known?.topic.remove(known)
    this.subscriptions.delete(sub)
  }

  /** Sends what was missed after an event, or says that it starts over and sends all. */
  private continueFrom(sub: string, subscription: Subscription, lastEventId: string | undefined): void {
    const { topic } = subscription
    if (lastEventId !== undefined) {
      const missed = topic.since(lastEventId)
      if (missed !== undefined) {
        this.pass(sub, subscription, missed)
        return
      }
      this.send({ type: 'reset', sub, reason: 'events since then are not kept' })
    }
    this.snap(sub, subscription)
  }

  private snap(sub: string, subscription: Subscription): void {
    // Who asks for one state after the other and reads none of them gets one, when it can take it.
    if (this.fallsBehind(subscription)) return
    const { id, data } = subscription.topic.snapshot()
    subscription.isBehind = false
    subscription.sentId = id
    this.send({ type: 'snap', sub, id, data })
  }

  private pass(sub: string, subscription: Subscription, events: readonly LiveEvent[]): void {
    if (this.isPaused || subscription.isBehind) return
    for (const { seq, at, data } of events) {
      if (this.fallsBehind(subscription)) return
      const id = subscription.topic.idOf(seq)
      subscription.sentId = id
      this.socket.send(`{"type":"ev","sub":${JSON.stringify(sub)},"id":"${id}","at":"${at}","data":${data}}`)
    }
  }

  /** More than this is not kept for a reader: it gets the whole state later. */
  private fallsBehind(subscription: Subscription): boolean {
    if (this.socket.bufferedAmount <= bufferedMax) return false
    subscription.isBehind = true
    this.behindSince ??= Date.now()
    return true
  }

  private catchUp(): void {
    if (this.behindSince === undefined) return
    if (this.socket.bufferedAmount < bufferedResume) {
      this.behindSince = undefined
      for (const [sub, subscription] of this.subscriptions) {
        if (!subscription.isBehind) continue
        this.send({ type: 'reset', sub, reason: 'the reader was slow' })
        this.snap(sub, subscription)
      }
    } else if (Date.now() - this.behindSince > stuckMs) {
      // A farewell would only wait behind all the rest.
      this.socket.terminate()
    }
  }

  private send(message: LiveServerMessage): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message))
  }
}

function parseMessage(text: string): LiveClientMessage | undefined {
  try {
    const result = LiveClientMessage.safeParse(JSON.parse(text))
    return result.success ? result.data : undefined
  } catch {
    return undefined
  }
}
