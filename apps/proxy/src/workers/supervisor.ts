import cluster, { type Worker } from 'node:cluster'
import { lifecycleLog } from '../lifecycle-log.ts'
import { askAll } from './ask-all.ts'
import { SentResources } from './sent-resources.ts'
import { tell } from './tell-worker.ts'
import { beatMs, type Question, type ToSupervisor, type ToWorker } from './worker-message.ts'

/** One worker of one generation. */
type Member = {
  readonly index: number
  readonly generation: number
  readonly worker: Worker
  /** In the place of one that served, so that it is known that it can begin. */
  readonly isReplacement: boolean
  readonly startedMs: number
  isReady: boolean
  /** Since it was last heard of, by our own clock: when we stood still too, nobody is to blame. */
  silentBeats: number
}

const readyWithinMs = 60_000
const respawnMinMs = 100
const respawnMaxMs = 5000
/** Who has lived so long may come back at once. */
const steadyMs = 10_000
/** A worker that is silent for so long serves nobody, and holds the connections that it has accepted. */
const silentBeatsMax = 10

/**
 * The process above the workers. It holds the listening sockets and carries no traffic: whoever accepts from them, a
 * connection that waits in a queue is never lost.
 *
 * ```
 *   generation 1 serves ──SIGHUP──▶ generation 2 starts, accepts from the same sockets ──all ready──▶ generation 1 drains
 *                                        └── one does not get ready: it ends, generation 1 goes on
 * ```
 *
 * A worker that dies is replaced, and one whose event loop stands still for ten seconds is killed first. The first worker of a generation leads: it follows the control plane for all.
 */
export class Supervisor {
  private readonly concurrency: number
  private readonly members = new Map<number, Member>()
  private generation = 0
  private isRestarting = false
  private wantsAnother = false
  private isStopping = false
  private exitCode = 0
  private respawnMs = respawnMinMs
  /** By generation: what its leader has sent. */
  private readonly sent = new Map<number, SentResources>()
  /** By generation: what its workers were told of the runtime. */
  private readonly runtimes = new Map<number, Extract<Question, { kind: 'runtime' }>>()

  constructor(concurrency: number, args: readonly string[]) {
    this.concurrency = concurrency
    // Workers accept by themselves from one shared socket: no process hands connections on.
    cluster.schedulingPolicy = cluster.SCHED_NONE
    cluster.setupPrimary({ args: [...args], serialization: 'advanced' })
    cluster.on('message', (worker, message: ToSupervisor) => this.onMessage(worker, message))
    cluster.on('exit', (worker, code, signal) => this.onExit(worker, code, signal))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.stop(0))
    process.on('SIGHUP', () => void this.restart())
  }

  start(): void {
    setInterval(() => this.watch(), beatMs)
    this.generation = 1
    for (let index = 0; index < this.concurrency; index++) this.fork(index)
  }

  private watch(): void {
    for (const member of this.members.values()) {
      if (!member.isReady || member.silentBeats++ !== silentBeatsMax) continue
      lifecycleLog('error', 'a worker stands still and is killed', {
        index: member.index,
        pid: member.worker.process.pid,
      })
      member.worker.kill('SIGKILL')
    }
  }

  /** Drains all workers and ends when they have. */
  private stop(exitCode: number): void {
    if (this.isStopping) return
    this.isStopping = true
    this.exitCode = exitCode
    for (const { worker } of this.members.values()) worker.kill('SIGTERM')
    this.endWhenAlone()
  }

  private async restart(): Promise<void> {
    if (this.isStopping) return
    if (this.isRestarting) {
      this.wantsAnother = true
      return
    }
    this.isRestarting = true
    const before = this.of(this.generation)
    this.generation++
    lifecycleLog('info', 'starting a new generation', { generation: this.generation })
    for (let index = 0; index < this.concurrency; index++) this.fork(index)
    const isUp = await this.areReady(this.generation)
    if (isUp) {
      lifecycleLog('info', 'the new generation serves; the one before drains', { generation: this.generation })
      for (const { worker } of before) worker.kill('SIGTERM')
    } else if (!this.isStopping) {
      lifecycleLog('error', 'the new generation did not start; the one before goes on', { generation: this.generation })
      for (const { worker } of this.of(this.generation)) worker.kill('SIGKILL')
      this.generation--
    }
    this.isRestarting = false
    if (this.wantsAnother) {
      this.wantsAnother = false
      void this.restart()
    }
  }

  /** A worker in the place of another begins with what its generation runs; one that leads goes on from there. */
  private handOn({ index, worker }: Member, sent: SentResources): void {
    const change = sent.whole()
    if (index > 0) void askAll([worker], { kind: 'apply', change })
    else tell(worker, { kind: 'inherited', change })
  }

  private fork(index: number, isReplacement = false): void {
    const { generation } = this
    const sent = this.sent.get(generation)
    const runtime = this.runtimes.get(generation)
    const worker = cluster.fork({
      HEDDLE_WORKER_INDEX: String(index),
      HEDDLE_WORKER_COUNT: String(this.concurrency),
      HEDDLE_WORKER_INHERITS: sent !== undefined && index === 0 ? '1' : '',
      HEDDLE_WORKER_RUNTIME: runtime === undefined ? '' : '1',
    })
    const startedMs = performance.now()
    const member = { index, generation, worker, isReplacement, startedMs, isReady: false, silentBeats: 0 }
    this.members.set(worker.id, member)
    if (sent !== undefined) this.handOn(member, sent)
    if (runtime !== undefined) void askAll([worker], runtime)
  }

  private onMessage(worker: Worker, message: ToSupervisor): void {
    const member = this.members.get(worker.id)
    if (member === undefined) return
    switch (message.kind) {
      case 'ready':
        member.isReady = true
        this.checkReady()
        return
      case 'beat':
        member.silentBeats = 0
        return
      case 'quit':
        this.stop(0)
        return
      case 'ask': {
        const others = this.of(member.generation).filter((each) => each !== member)
        const { id, question } = message
        if (question.kind === 'apply') this.sentOf(member.generation).take(question.change)
        if (question.kind === 'runtime') this.runtimes.set(member.generation, question)
        void askAll(
          others.map((each) => each.worker),
          question,
        ).then((answers) => {
          const reply: ToWorker = { kind: 'answers', id, ...answers }
          tell(worker, reply)
        })
        return
      }
      case 'answer':
        // The one who asked listens for it.
        return
    }
  }

  private sentOf(generation: number): SentResources {
    const sent = this.sent.get(generation) ?? new SentResources()
    this.sent.set(generation, sent)
    return sent
  }

  private onExit(worker: Worker, code: number | null, signal: string | null): void {
    const member = this.members.get(worker.id)
    if (member === undefined) return
    this.members.delete(worker.id)
    if (member.generation !== this.generation && this.of(member.generation).length === 0) {
      this.sent.delete(member.generation)
      this.runtimes.delete(member.generation)
    }
    this.checkReady()
    if (this.isStopping) {
      this.endWhenAlone()
      return
    }
    const isCurrent = member.generation === this.generation
    // What was killed while it began says nothing of whether it can.
    const wasKilled = member.generation === 1 && signal !== null
    const canBegin = member.isReady || member.isReplacement || wasKilled
    // What cannot even begin will not begin the next time: a bad file, a port that is taken. It has said so itself.
    if (member.generation === 1 && !canBegin) this.stop(code ?? 1)
    else if (isCurrent && canBegin) this.replace(member, code, signal)
  }

  private replace(member: Member, code: number | null, signal: string | null): void {
    const livedMs = performance.now() - member.startedMs
    this.respawnMs = livedMs > steadyMs ? respawnMinMs : Math.min(respawnMaxMs, this.respawnMs * 2)
    lifecycleLog('error', 'a worker ended and is replaced', {
      index: member.index,
      code,
      signal,
      afterMs: this.respawnMs,
    })
    setTimeout(() => {
      if (!this.isStopping && member.generation === this.generation) this.fork(member.index, true)
    }, this.respawnMs)
  }

  private endWhenAlone(): void {
    if (this.members.size === 0) process.exit(this.exitCode)
  }

  private of(generation: number): readonly Member[] {
    return [...this.members.values()].filter((member) => member.generation === generation)
  }

  private onReady: (() => void) | undefined

  /** Looks again when one has become ready or has ended. */
  private checkReady(): void {
    this.onReady?.()
  }

  /** True when all workers of the generation are ready in time. */
  private areReady(generation: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isUp: boolean) => {
        clearTimeout(timer)
        this.onReady = undefined
        resolve(isUp)
      }
      const timer = setTimeout(() => settle(false), readyWithinMs)
      this.onReady = () => {
        const members = this.of(generation)
        if (members.length < this.concurrency) settle(false)
        else if (members.every(({ isReady }) => isReady)) settle(true)
      }
    })
  }
}
