import { newTimer, type Timer, type TimerWheel } from '../clock/timer-wheel.ts'
import type { HttpChain } from '../config/http-chain.ts'

type Drainable = { drain(): void }

/** Ends one connection, after what is under way, when it is old enough or has carried enough requests. */
export class ConnectionLimits {
  private readonly requestsMax: number
  private readonly wheel: TimerWheel
  private readonly timer: Timer
  private readonly connection: Drainable
  private requests = 0

  /** Undefined: its chain has none, as most have. */
  static of(chain: HttpChain, wheel: TimerWheel, connection: Drainable): ConnectionLimits | undefined {
    if (chain.connectionRequestsMax === 0 && chain.connectionDurationMaxMs === 0) return undefined
    return new ConnectionLimits(chain, wheel, connection)
  }

  constructor({ connectionRequestsMax, connectionDurationMaxMs }: HttpChain, wheel: TimerWheel, connection: Drainable) {
    this.requestsMax = connectionRequestsMax
    this.wheel = wheel
    this.connection = connection
    this.timer = newTimer(drain, connection)
    if (connectionDurationMaxMs > 0) wheel.set(this.timer, connectionDurationMaxMs)
  }

  /** A request has begun; the last one that is allowed is answered with the end of the connection. */
  count(): void {
    if (++this.requests === this.requestsMax) this.connection.drain()
  }

  stop(): void {
    this.wheel.clear(this.timer)
  }
}

const drain = (connection: Drainable) => connection.drain()
