import { randomBytes } from 'node:crypto'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { LiveClientMessage } from '@heddle/shared/api/live'
import { WorkBudget } from '../load/work-budget.ts'
import type { LiveContext } from './live-context.ts'
import { LiveTopic } from './live-topic.ts'
import { TopicRefused, topicSource, topicTiming } from './topic-sources.ts'

type Entry = { readonly topic: LiveTopic; readonly name: keyof typeof topicTiming; ticks: number; isDue: boolean }

const topicsMax = 5000
/** A topic that nobody reads keeps its numbers for this long. */
const unreadMs = 5 * 60_000

/** Of a person: a page opens some topics at once. */
const savedMs = 1000

/**
 * The topics that somebody reads or read lately, each refreshed as its timing says while it has readers. What that takes
 * of the thread is charged to a reader: who reads hundreds of different ones is told late, and nobody else.
 */
export class TopicBoard {
  /** Another one after each start: ids of before are not understood, and their readers start over. */
  readonly epoch = randomBytes(6).toString('hex')
  private readonly topics = new Map<string, Entry>()
  private readonly context: LiveContext
  private readonly timers: readonly NodeJS.Timeout[]
  private readonly budget = new WorkBudget(undefined, savedMs)
  private isRefreshing = false
  private isAskedAgain = false

  constructor(context: LiveContext) {
    this.context = context
    context.store.onCommit(() => {
      for (const entry of this.topics.values()) if (topicTiming[entry.name].onCommit) entry.isDue = true
      void this.refreshDue()
    })
    this.timers = [setInterval(() => this.tick(), 1000), setInterval(() => this.forgetUnread(unreadMs), 30_000)]
  }

  /** The topic, up to date. Throws `TopicRefused` when there is none of these parameters. */
  async open(
    { topic: name, params }: Extract<LiveClientMessage, { type: 'sub' }>,
    personId: string,
  ): Promise<LiveTopic> {
    // Looked at again: others of theirs may have waited for the same moment.
    for (let waitMs = this.waitMs(personId); waitMs > 0; waitMs = this.waitMs(personId)) await delay(waitMs)
    const key = JSON.stringify([name, Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])
    let known = this.topics.get(key)
    if (known === undefined) {
      if (this.topics.size >= topicsMax) this.forgetUnread(0)
      if (this.topics.size >= topicsMax) throw new TopicRefused('too many different topics are read now')
      known = {
        topic: new LiveTopic(topicSource(this.context, name, params), this.epoch),
        name,
        ticks: 0,
        isDue: false,
      }
      this.topics.set(key, known)
    }
    await known.topic.refresh((ms) => this.budget.spend(personId, ms))
    return known.topic
  }

  private waitMs(personId: string): number {
    return this.budget.waitMs(personId)
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer)
  }

  private tick(): void {
    for (const entry of this.topics.values()) {
      const { everySeconds } = topicTiming[entry.name]
      if (everySeconds === undefined || !entry.topic.hasReaders) continue
      if (++entry.ticks % everySeconds === 0) entry.isDue = true
    }
    void this.refreshDue()
  }

  /** One a turn, as each may take long. Those whose readers have nothing left stay due. */
  private async refreshDue(): Promise<void> {
    this.isAskedAgain = true
    if (this.isRefreshing) return
    this.isRefreshing = true
    while (this.isAskedAgain) {
      this.isAskedAgain = false
      for (const entry of this.topics.values()) if (entry.isDue && this.refresh(entry)) await nextTurn()
    }
    this.isRefreshing = false
  }

  private refresh(entry: Entry): boolean {
    const payer = entry.topic.payer((personId) => this.waitMs(personId) === 0)
    if (payer === undefined) return false
    entry.isDue = false
    void entry.topic.refresh((ms) => this.budget.spend(payer, ms))
    return true
  }

  private forgetUnread(longerThanMs: number): void {
    const now = Date.now()
    for (const [key, { topic }] of this.topics) {
      if (!topic.hasReaders && topic.readAt < now - longerThanMs) this.topics.delete(key)
    }
  }
}
