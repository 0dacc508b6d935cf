import { nowMs } from './event-clock.ts'

/** One timer; its owner keeps it and sets it again and again. */
export type Timer = {
  readonly onTime: (owner: never) => void
  readonly owner: unknown
  deadlineMs: number
  slot: number
  previous: Timer | undefined
  next: Timer | undefined
}

/** With an `owner` one function serves the timers of all: a closure for each would be as large as its timer. */
export function newTimer(onTime: () => void): Timer
export function newTimer<Owner>(onTime: (owner: Owner) => void, owner: Owner): Timer
export function newTimer(onTime: (owner: never) => void, owner?: unknown): Timer {
  return { onTime, owner, deadlineMs: 0, slot: -1, previous: undefined, next: undefined }
}

const tickMs = 10
const slots = 1024
/** Later than this is not the coarseness of any clock. */
const stoodStillMs = 50

/**
 * One coarse clock for all timeouts of a process: setting or clearing a timer is a few pointer writes, where a Node
 * timer per request would cost microseconds. A timer fires up to one tick late, never early. The clock itself is one
 * timer of Node's, set for the next slot that has something in it: who has nothing to do is not woken.
 *
 * A timer that is set to a later time stays in its slot and moves on when that slot comes by, so that pushing an idle
 * timeout forward with each request costs one write.
 */
export class TimerWheel {
  private readonly heads: (Timer | undefined)[] = new Array<Timer | undefined>(slots).fill(undefined)
  private readonly now: () => number
  private cursor: number
  private count = 0
  private waking: NodeJS.Timeout | undefined
  private isAdvancing = false
  /** The tick that it is set for. */
  private wakeTick = 0

  constructor(now: () => number = nowMs) {
    this.now = now
    this.cursor = Math.floor(now() / tickMs)
  }

  /** `nowMs`: for who has just read the clock. */
  set(timer: Timer, delayMs: number, nowMs = this.now()): void {
    const deadline = nowMs + delayMs
    timer.deadlineMs = deadline
    if (timer.slot >= 0) {
      // The slot it lies in may come by earlier than needed, never later.
      const due = this.tickOfSlot(timer.slot)
      if (due * tickMs <= deadline) return
      this.unlink(timer)
    }
    this.link(timer)
  }

  clear(timer: Timer): void {
    if (timer.slot >= 0) this.unlink(timer)
  }

  isSet(timer: Timer): boolean {
    return timer.slot >= 0
  }

  /** Fires what is due. Called by the clock; tests with a clock of their own call it too. */
  advance(): void {
    const now = this.now()
    const until = Math.floor(now / tickMs)
    // After a long stall one turn over all slots is enough.
    if (until - this.cursor > slots) this.cursor = until - slots
    this.isAdvancing = true
    while (this.cursor < until) {
      this.cursor++
      this.fireSlot(this.cursor % slots, now)
    }
    this.isAdvancing = false
    this.wakeNext()
  }

  stop(): void {
    clearTimeout(this.waking)
    this.waking = undefined
  }

  private wakeNext(): void {
    if (this.count === 0) {
      this.stop()
      return
    }
    let tick = this.cursor + 1
    while (this.heads[tick % slots] === undefined) tick++
    this.wakeAt(tick)
  }

  private wakeAt(tick: number): void {
    clearTimeout(this.waking)
    this.wakeTick = tick
    // A slot that was due while the process was busy: Node warns of a time below nothing.
    this.waking = setTimeout(() => this.wake(), Math.max(0, Math.ceil(tick * tickMs - this.now())))
    // A waiting timeout alone keeps no process alive: sockets do.
    this.waking.unref()
  }

  /**
   * Who stood still finds its timers before what has come meanwhile: that is read first, or a client whose request lies in
   * its socket, and an upstream that has answered, would be given up for our own delay.
   */
  private wake(): void {
    if (this.now() - this.wakeTick * tickMs <= stoodStillMs) this.advance()
    else setImmediate(() => this.waking === undefined || this.advance())
  }

  /** Timers are taken off one by one: what fires may clear or set any other. A new link never lands in this slot. */
  private fireSlot(slot: number, now: number): void {
    for (let timer = this.heads[slot]; timer !== undefined; timer = this.heads[slot]) {
      this.unlink(timer)
      if (timer.deadlineMs <= now)
        timer.onTime(timer.owner as never) // the one that it was made with
      else this.link(timer)
    }
  }

  private link(timer: Timer): void {
    // Nobody has moved it while there was nothing in it.
    if (this.count === 0 && !this.isAdvancing) this.cursor = Math.max(this.cursor, Math.floor(this.now() / tickMs) - 1)
    // Beyond one turn of the wheel it waits in the farthest slot and is linked again when that comes by.
    const latest = this.cursor + slots - 1
    const due = Math.min(Math.max(Math.ceil(timer.deadlineMs / tickMs), this.cursor + 1), latest)
    const slot = due % slots
    const head = this.heads[slot]
    timer.slot = slot
    timer.next = head
    timer.previous = undefined
    if (head !== undefined) head.previous = timer
    this.heads[slot] = timer
    this.count++
    if (!this.isAdvancing && (this.waking === undefined || due < this.wakeTick)) this.wakeAt(due)
  }

  private unlink(timer: Timer): void {
    if (timer.previous === undefined) this.heads[timer.slot] = timer.next
    else timer.previous.next = timer.next
    if (timer.next !== undefined) timer.next.previous = timer.previous
    timer.slot = -1
    timer.previous = undefined
    timer.next = undefined
    this.count--
  }

  private tickOfSlot(slot: number): number {
    const base = this.cursor % slots
    return this.cursor + ((slot - base + slots) % slots || slots)
  }
}
