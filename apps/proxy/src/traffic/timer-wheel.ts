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

/**
 * One coarse clock for all timeouts of a process: setting or clearing a timer is a few pointer writes, where a Node
 * timer per request would cost microseconds. A timer fires up to one tick late, never early.
 *
 * A timer that is set to a later time stays in its slot and moves on when that slot comes by, so that pushing an idle
 * timeout forward with each request costs one write.
 */
export class TimerWheel {
  private readonly heads: (Timer | undefined)[] = new Array<Timer | undefined>(slots).fill(undefined)
  private readonly now: () => number
  private cursor: number
  private count = 0
  private ticking: NodeJS.Timeout | undefined

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
    while (this.cursor < until) {
      this.cursor++
      this.fireSlot(this.cursor % slots, now)
    }
  }

  stop(): void {
    clearInterval(this.ticking)
    this.ticking = undefined
  }

  /** Timers are taken off one by one: what fires may clear or set any other. A new link never lands in this slot. */
  private fireSlot(slot: number, now: number): void {
    for (let timer = this.heads[slot]; timer !== undefined; timer = this.heads[slot]) {
      this.unlink(timer)
      if (timer.deadlineMs <= now)
        timer.onTime(timer.owner as never) // the one that it was made with
      else this.link(timer)
    }
    if (this.count === 0) this.stop()
  }

  private link(timer: Timer): void {
    const due = Math.max(Math.ceil(timer.deadlineMs / tickMs), this.cursor + 1)
    // Beyond one turn of the wheel it waits in the farthest slot and is linked again when that comes by.
    const slot = Math.min(due, this.cursor + slots - 1) % slots
    const head = this.heads[slot]
    timer.slot = slot
    timer.next = head
    timer.previous = undefined
    if (head !== undefined) head.previous = timer
    this.heads[slot] = timer
    this.count++
    if (this.ticking === undefined) {
      this.cursor = Math.max(this.cursor, Math.floor(this.now() / tickMs) - 1)
      this.ticking = setInterval(() => this.advance(), tickMs)
      // A waiting timeout alone keeps no process alive: sockets do.
      this.ticking.unref()
    }
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
