/** Where the data of a topic comes from. */
export type TopicSource = {
  /** Looks again and returns what changed since the last time, as event data, oldest first. */
  refresh(): Promise<readonly unknown[]>
  /** All of it, as of the last refresh. */
  snapshot(): unknown
}

type Event = { readonly seq: number; readonly atMs: number; readonly at: string; readonly data: string }

export type TopicReader = {
  readonly personId: string
  onEvents(events: readonly Event[]): void
}

export type LiveEvent = Event

/** What a question to the database takes of the thread, which nobody measures. */
const readMs = 4
/** How long an event can be read again by somebody who was away. */
const keptMs = 60_000
const keptMax = 500

/**
 * One stream of events, shared by everybody who reads it. Its numbers outlive every socket; a source says what changed
 * since it last looked, so the stream has no hole even when nobody read it for a while.
 */
export class LiveTopic {
  private seq = 0
  private readonly events: Event[] = []
  private readonly readers = new Set<TopicReader>()
  private readonly source: TopicSource
  private readonly epoch: string
  private running: Promise<void> | undefined
  private isAsked = false
  private charge: (ms: number) => void = () => undefined
  readAt = Date.now()

  constructor(source: TopicSource, epoch: string) {
    this.source = source
    this.epoch = epoch
  }

  get lastId(): string {
    return this.idOf(this.seq)
  }

  get hasReaders(): boolean {
    return this.readers.size > 0
  }

  idOf(seq: number): string {
    return `${this.epoch}-${seq}`
  }

  add(reader: TopicReader): void {
    this.readers.add(reader)
  }

  remove(reader: TopicReader): void {
    this.readers.delete(reader)
    this.readAt = Date.now()
  }

  /** The state and the number of the last event in it. */
  snapshot(): { readonly id: string; readonly data: unknown } {
    return { id: this.lastId, data: this.source.snapshot() }
  }

  /** The events after an id; undefined when they are not there any more, or belong to another life of the server. */
  since(lastEventId: string): readonly Event[] | undefined {
    const match = /^([0-9a-f]+)-(\d{1,15})$/.exec(lastEventId)
    const seq = Number(match?.[2])
    if (match === null || match[1] !== this.epoch || seq > this.seq) return undefined
    const oldest = this.events[0]?.seq ?? this.seq + 1
    return seq + 1 < oldest ? undefined : this.events.filter((event) => event.seq > seq)
  }

  /** Whom it is charged to that the source is asked again: a reader who has something left. */
  payer(hasLeft: (personId: string) => boolean): string | undefined {
    for (const { personId } of this.readers) if (hasLeft(personId)) return personId
    return undefined
  }

  /** Asks the source; a call during another one makes it look once more. Failures are tried again with the next call. */
  refresh(charge: (ms: number) => void): Promise<void> {
    this.isAsked = true
    this.charge = charge
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async run(): Promise<void> {
    while (this.isAsked) {
      this.isAsked = false
      const { charge } = this
      const startMs = performance.now()
      const reading = this.source.refresh()
      charge(Math.max(performance.now() - startMs, readMs))
      const changes = await reading.catch(() => [])
      if (changes.length === 0) continue
      const toldMs = performance.now()
      const now = Date.now()
      const added = changes.map((data): Event => {
        this.seq++
        // Made once for all readers.
        return { seq: this.seq, atMs: now, at: new Date(now).toISOString(), data: JSON.stringify(data) }
      })
      this.events.push(...added)
      while (this.events.length > keptMax || (this.events[0]?.atMs ?? now) < now - keptMs) this.events.shift()
      for (const reader of this.readers) reader.onEvents(added)
      charge(performance.now() - toldMs)
    }
  }
}
