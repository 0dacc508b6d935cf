import type { HttpChain } from '../config/proxy-config.ts'
import { newTimer, type Timer, type TimerWheel } from '../traffic/timer-wheel.ts'

/** Ends one connection, after what is under way, when it is old enough or has carried enough requests. */
export class ConnectionLimits {
  private readonly requestsMax: number
  private readonly durationMaxMs: number
  private readonly wheel: TimerWheel
  private readonly timer: Timer
  private requests = 0
  private connection: { drain(): void } | undefined

  constructor({ connectionRequestsMax, connectionDurationMaxMs }: HttpChain, wheel: TimerWheel) {
    this.requestsMax = connectionRequestsMax
    this.durationMaxMs = connectionDurationMaxMs
    this.wheel = wheel
    this.timer = newTimer(() => this.connection?.drain())
  }

  start(connection: { drain(): void }): void {
    this.connection = connection
    if (this.durationMaxMs > 0) this.wheel.set(this.timer, this.durationMaxMs)
  }

  /** A request has begun; the last one that is allowed is answered with the end of the connection. */
  count(): void {
    if (++this.requests === this.requestsMax) this.connection?.drain()
  }

  stop(): void {
    this.wheel.clear(this.timer)
  }
}
