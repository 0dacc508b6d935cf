import { newTimer, type Timer, type TimerWheel } from '../clock/timer-wheel.ts'

/** What the times of one request end; made once, and used again for request after request. */
export type ForwardTimes = {
  onRouteTimeout(): void
  onDurationOver(): void
  onTryTimeout(): void
  onTryIdle(): void
  onStreamTooLong(): void
  onBackoffEnd(): void
}

/** The clocks of a request that is forwarded. A time of 0 sets none. */
export class ForwardTimers {
  private readonly wheel: TimerWheel
  private readonly route: Timer
  private readonly duration: Timer
  private readonly attempt: Timer
  private readonly attemptIdle: Timer
  private readonly backoff: Timer
  private readonly stream: Timer
  private attemptIdleMs = 0

  constructor(wheel: TimerWheel, times: ForwardTimes) {
    this.wheel = wheel
    this.route = newTimer(onRouteTimeout, times)
    this.duration = newTimer(onDurationOver, times)
    this.attempt = newTimer(onTryTimeout, times)
    this.attemptIdle = newTimer(onTryIdle, times)
    this.stream = newTimer(onStreamTooLong, times)
    this.backoff = newTimer(onBackoffEnd, times)
  }

  /** From the end of the request to the end of the response, retries included. */
  startRoute(ms: number): void {
    if (ms > 0) this.wheel.set(this.route, ms)
  }

  /** From the beginning of the request to its end, whatever happens. */
  startDuration(ms: number): void {
    if (ms > 0) this.wheel.set(this.duration, ms)
  }

  /** The request has had its time, and the wheel has not come by yet. */
  isDurationOver(nowMs: number): boolean {
    return this.duration.slot >= 0 && this.duration.deadlineMs <= nowMs
  }

  startTry(ms: number): void {
    if (ms > 0) this.wheel.set(this.attempt, ms)
  }

  /** From when the try has its connection to the end of its answer. */
  startStream(ms: number): void {
    if (ms > 0) this.wheel.set(this.stream, ms)
  }

  startTryIdle(ms: number): void {
    this.attemptIdleMs = ms
    this.touch()
  }

  /** Something of this try has moved. */
  touch(): void {
    if (this.attemptIdleMs > 0) this.wheel.set(this.attemptIdle, this.attemptIdleMs)
  }

  /** The head of the try's answer is there. */
  answered(): void {
    this.wheel.clear(this.attempt)
    this.touch()
  }

  startBackoff(ms: number): void {
    this.endTry()
    this.wheel.set(this.backoff, ms)
  }

  /** Neither what is under way nor what would begin is waited for. */
  stopBackoff(): void {
    this.endTry()
    this.wheel.clear(this.backoff)
  }

  endTry(): void {
    this.wheel.clear(this.attempt)
    this.wheel.clear(this.attemptIdle)
    this.wheel.clear(this.stream)
    this.attemptIdleMs = 0
  }

  clear(): void {
    const { wheel } = this
    this.endTry()
    wheel.clear(this.route)
    wheel.clear(this.duration)
    wheel.clear(this.backoff)
  }
}

const onRouteTimeout = (times: ForwardTimes) => times.onRouteTimeout()
const onDurationOver = (times: ForwardTimes) => times.onDurationOver()
const onTryTimeout = (times: ForwardTimes) => times.onTryTimeout()
const onTryIdle = (times: ForwardTimes) => times.onTryIdle()
const onStreamTooLong = (times: ForwardTimes) => times.onStreamTooLong()
const onBackoffEnd = (times: ForwardTimes) => times.onBackoffEnd()
