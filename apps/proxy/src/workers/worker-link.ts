import type { DrainedListeners } from '../admin/admin-sources.ts'
import type { ClusterStatus } from '../admin/cluster-status.ts'
import type { Stat } from '../admin/stat.ts'
import type { LifecycleLevel } from '../lifecycle-log.ts'
import type { HeldResources } from '../resources/held-resources.ts'
import type { PushedLayer } from '../runtime/pushed-layer.ts'
import type { RuntimeLayers } from '../runtime/runtime-layers.ts'
import { PartReader } from './part-reader.ts'
import { type SentChange, sentChange } from './sent-change.ts'
import { type SentStats, sentStats } from './sent-stats.ts'
import { beatMs, type Question, type ToSupervisor, type ToWorker } from './worker-message.ts'

/** What a worker does when it is asked. */
export type WorkerDuties = {
  apply(change: SentChange): Promise<void>
  /** Prometheus text. */
  metrics(): Promise<string>
  /** In parts, which are put together when they are asked for. */
  stats(): Promise<Iterable<readonly Stat[]>>
  clusters(): Promise<Iterable<ClusterStatus>>
  drain(which: DrainedListeners): void
  setLevel(level: LifecycleLevel): void
  /** Makes `/ready` fail, so that nobody sends anything new here, or ends that. */
  failHealth(fails: boolean): void
  readonly runtime: RuntimeLayers
}

/** A worker's line to the process above it, and through that to the workers beside it. */
export type WorkerLink = {
  /** The one that follows the control plane and serves the admin port, for all of them. */
  readonly isLeader: boolean
  /** It carries traffic: those that it replaces may go. */
  ready(): void
  /** Ends all workers and the process above them. */
  quit(): void
  /** From now on questions are answered. */
  serve(duties: WorkerDuties): void
  /** Rejects when a worker beside this one cannot put it into force. */
  relay(held: HeldResources): Promise<void>
  /** What its generation runs already, where this worker leads in the place of another. */
  inherited(): Promise<SentChange> | undefined
  /** Likewise of the runtime, for whoever takes the place of another. */
  inheritedRuntime(): Promise<readonly PushedLayer[]> | undefined
  /** How many workers there are, this one included. */
  readonly count: number
  /** What the others answer, those left out that cannot. */
  askOthers(question: Question): Promise<readonly string[]>
}

/** Undefined: this process is on its own. */
export function workerLink(): WorkerLink | undefined {
  const index = process.env.HEDDLE_WORKER_INDEX
  if (index === undefined || process.send === undefined) return undefined
  // It is meant for the process above; a terminal that closes sends it to all.
  process.on('SIGHUP', () => undefined)
  const { HEDDLE_WORKER_COUNT: count = 1, HEDDLE_WORKER_INHERITS: inherits, HEDDLE_WORKER_RUNTIME: told } = process.env
  return new Link(Number(index), Number(count), { inherits: inherits === '1', isTold: told === '1' })
}

type Answers = Extract<ToWorker, { kind: 'answers' }>

class Link implements WorkerLink {
  readonly count: number
  readonly isLeader: boolean
  private readonly open = new Map<number, (answers: Answers) => void>()
  private lastId = 0
  private relayed: HeldResources | undefined
  private readonly heirloom: Promise<SentChange> | undefined
  private readonly runtimeBefore: Promise<readonly PushedLayer[]> | undefined
  private duties: WorkerDuties | undefined
  private readonly reader = new PartReader()
  private readonly early: Extract<ToWorker, { kind: 'question' }>[] = []

  constructor(index: number, count: number, { inherits, isTold }: { inherits: boolean; isTold: boolean }) {
    this.count = count
    this.isLeader = index === 0
    let onInherited: (change: SentChange) => void = () => undefined
    if (inherits) {
      this.heirloom = new Promise((resolve) => {
        onInherited = resolve
      })
    }
    let onTold: (layers: readonly PushedLayer[]) => void = () => undefined
    if (isTold) {
      this.runtimeBefore = new Promise((resolve) => {
        onTold = resolve
      })
    }
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'question' && message.question.kind === 'runtime') onTold(message.question.layers)
      if (message.kind === 'question') this.take(message)
      else if (message.kind === 'inherited') onInherited(message.change)
      else if (message.kind === 'answers') {
        this.open.get(message.id)?.(message)
        this.open.delete(message.id)
      }
    })
  }

  inherited(): Promise<SentChange> | undefined {
    return this.heirloom
  }

  inheritedRuntime(): Promise<readonly PushedLayer[]> | undefined {
    return this.runtimeBefore
  }

  ready(): void {
    send({ kind: 'ready' })
    setInterval(() => send({ kind: 'beat' }), beatMs).unref()
  }

  quit(): void {
    send({ kind: 'quit' })
  }

  serve(duties: WorkerDuties): void {
    this.duties = duties
    for (const message of this.early.splice(0)) this.take(message)
  }

  async relay(held: HeldResources): Promise<void> {
    const change = sentChange(this.relayed, held)
    this.relayed = held
    const { failures } = await this.ask({ kind: 'apply', change })
    if (failures.length > 0) throw new Error(failures.join('; '))
  }

  async askOthers(question: Question): Promise<readonly string[]> {
    return (await this.ask(question)).texts
  }

  private ask(question: Question): Promise<Answers> {
    const id = ++this.lastId
    return new Promise((resolve) => {
      this.open.set(id, resolve)
      send({ kind: 'ask', id, question })
    })
  }

  private take(message: Extract<ToWorker, { kind: 'question' }>): void {
    const { duties } = this
    if (duties === undefined) {
      this.early.push(message)
      return
    }
    const { id, question } = message
    answer(question, duties, this.reader).then(
      (text) => send({ kind: 'answer', id, text, failure: undefined }),
      (error: unknown) => send({ kind: 'answer', id, text: '', failure: (error as Error).message }),
    )
  }
}

async function answer(question: Question, duties: WorkerDuties, reader: PartReader): Promise<string> {
  switch (question.kind) {
    case 'apply':
      await duties.apply(question.change)
      return ''
    case 'metrics':
      return duties.metrics()
    case 'read':
      return reader.next(question.reading, async () =>
        question.of === 'stats' ? sentParts(await duties.stats()) : duties.clusters(),
      )
    case 'drain':
      duties.drain(question.which)
      return ''
    case 'health':
      duties.failHealth(question.fails)
      return ''
    case 'level':
      duties.setLevel(question.level)
      return ''
    case 'runtime':
      await Promise.all(question.layers.map((layer) => duties.runtime.take(layer)))
      return ''
  }
}

function* sentParts(parts: Iterable<readonly Stat[]>): Generator<SentStats> {
  for (const part of parts) yield sentStats(part)
}

function send(message: ToSupervisor): void {
  // A line that is gone ends this process; nothing is to be said about it.
  process.send?.(message, () => undefined)
}
