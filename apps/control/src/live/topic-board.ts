import { randomBytes } from 'node:crypto'
import type { LiveClientMessage } from '@heddle/shared/api/live'
import type { LiveContext } from './live-context.ts'
import { LiveTopic } from './live-topic.ts'
import { TopicRefused, topicSource, topicTiming } from './topic-sources.ts'

type Entry = { readonly topic: LiveTopic; readonly name: keyof typeof topicTiming; ticks: number }

const topicsMax = 5000
/** A topic that nobody reads keeps its numbers for this long. */
const unreadMs = 5 * 60_000

/** The topics that somebody reads or read lately, each refreshed as its timing says while it has readers. */
export class TopicBoard {
  /** Another one after each start: ids of before are not understood, and their readers start over. */
  readonly epoch = randomBytes(6).toString('hex')
  private readonly topics = new Map<string, Entry>()
  private readonly context: LiveContext
  private readonly timers: readonly NodeJS.Timeout[]

  constructor(context: LiveContext) {
    this.context = context
    context.store.onCommit(() => {
      for (const { topic, name } of this.topics.values()) {
        if (topicTiming[name].onCommit && topic.hasReaders) void topic.refresh()
      }
    })
    this.timers = [setInterval(() => this.tick(), 1000), setInterval(() => this.forgetUnread(unreadMs), 30_000)]
  }

  /** The topic, up to date. Throws `TopicRefused` when there is none of these parameters. */
  async open({ topic: name, params }: Extract<LiveClientMessage, { type: 'sub' }>): Promise<LiveTopic> {
    const key = JSON.stringify([name, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])
    let known = this.topics.get(key)
    if (known === undefined) {
      if (this.topics.size >= topicsMax) this.forgetUnread(0)
      if (this.topics.size >= topicsMax) throw new TopicRefused('too many different topics are read now')
      known = { topic: new LiveTopic(topicSource(this.context, name, params), this.epoch), name, ticks: 0 }
      this.topics.set(key, known)
    }
    await known.topic.refresh()
    return known.topic
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer)
  }

  private tick(): void {
    for (const entry of this.topics.values()) {
      const { everySeconds } = topicTiming[entry.name]
      if (everySeconds === undefined || !entry.topic.hasReaders) continue
      if (++entry.ticks % everySeconds === 0) void entry.topic.refresh()
    }
  }

  private forgetUnread(longerThanMs: number): void {
    const now = Date.now()
    for (const [key, { topic }] of this.topics) {
      if (!topic.hasReaders && topic.readAt < now - longerThanMs) this.topics.delete(key)
    }
  }
}
