import type { LiveClientMessage, LiveServerMessage, LiveTopic } from '@heddle/shared/api/live'
import { succession } from './live-id.ts'

export type LiveHandlers = {
  readonly onSnap: (data: unknown) => void
  readonly onEvent?: (data: unknown, at: string) => void
  /** The control plane refused the topic. */
  readonly onRefused?: (code: string, reason: string) => void
}

type Subscription = {
  readonly topic: LiveTopic
  readonly params: Record<string, string>
  readonly handlers: LiveHandlers
  lastId: string | undefined
}

type Event = Extract<LiveServerMessage, { type: 'ev' }>

/** The topics that a page reads, and how far each has read. Knows messages, no socket. */
export class LiveTopics {
  readonly #subscriptions = new Map<string, Subscription>()
  #count = 0

  add(topic: LiveTopic, params: Record<string, string>, handlers: LiveHandlers): string {
    const sub = `s${++this.#count}`
    this.#subscriptions.set(sub, { topic, params, handlers, lastId: undefined })
    return sub
  }

  remove(sub: string): void {
    this.#subscriptions.delete(sub)
  }

  /** What to send for one topic; with the last id, so that the server replays what was missed. */
  subscribeMessage(sub: string): LiveClientMessage | undefined {
    const found = this.#subscriptions.get(sub)
    if (!found) return undefined
    const { topic, params, lastId } = found
    return { type: 'sub', sub, topic, params, ...(lastId === undefined ? {} : { lastEventId: lastId }) }
  }

  /** What to send on a new socket. */
  subscribeAll(): readonly LiveClientMessage[] {
    return [...this.#subscriptions.keys()].flatMap((sub) => this.subscribeMessage(sub) ?? [])
  }

  /** Hands a message on. The answer names the topics that missed something and must be subscribed again. */
  receive(message: LiveServerMessage): readonly string[] {
    switch (message.type) {
      case 'hello':
        return []
      case 'snap': {
        const found = this.#subscriptions.get(message.sub)
        if (found) found.lastId = message.id
        found?.handlers.onSnap(message.data)
        return []
      }
      case 'ev':
        return this.#receiveEvent(message)
      case 'reset': {
        const found = this.#subscriptions.get(message.sub)
        if (found) found.lastId = undefined
        return []
      }
      case 'hb':
        return Object.entries(message.subs).flatMap(([sub, id]) => {
          const found = this.#subscriptions.get(sub)
          // Before its first snapshot a topic cannot have missed anything.
          return found?.lastId !== undefined && succession(found.lastId, id) !== 'old' ? [sub] : []
        })
      case 'err': {
        const found = message.sub === undefined ? undefined : this.#subscriptions.get(message.sub)
        found?.handlers.onRefused?.(message.code, message.reason)
        return []
      }
    }
  }

  #receiveEvent({ sub, id, at, data }: Event): readonly string[] {
    const found = this.#subscriptions.get(sub)
    if (!found || found.lastId === undefined) return []
    switch (succession(found.lastId, id)) {
      case 'old':
        return []
      case 'gap':
        return [sub]
      case 'next':
        found.lastId = id
        found.handlers.onEvent?.(data, at)
        return []
    }
  }
}
