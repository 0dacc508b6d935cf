import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** `tight`: connections are not kept. `full`: new requests are refused with 503 too. */
export type OverloadLevel = 'none' | 'tight' | 'full'

export type OverloadLimits = {
  /** Shares of the heap's limit. */
  readonly heapTight: number
  readonly heapFull: number
  /** A share of the memory that the system lets the process have, where it sets a limit: beyond it the process is killed. */
  readonly memoryFull: number
  /** How late the event loop may be, milliseconds. */
  readonly lagTightMs: number
}

const sampleMs = 250
/** One long pause is no overload: so many looks in a row must agree. */
const looksMin = 2

/**
 * Looks at memory, of the heap and of the process, and at how late the event loop is, a few times a second. Lateness alone sheds connections and never
 * refuses a request: a machine that stalls for a moment must not answer 503.
 */
export class OverloadWatch implements Disposable {
  level: OverloadLevel = 'none'
  private readonly limits: OverloadLimits
  private readonly memoryBytesMax: number
  private readonly onLook: (level: OverloadLevel) => void
  private readonly timer: NodeJS.Timeout
  private lastMs = performance.now()
  private candidate: OverloadLevel = 'none'
  private looks = 0

  /** `workers`: how many processes divide the memory. */
  constructor(limits: OverloadLimits, workers: number, onLook: (level: OverloadLevel) => void) {
    this.limits = limits
    this.memoryBytesMax = memoryLimit() / workers
    this.onLook = onLook
    this.timer = setInterval(() => this.look(), sampleMs)
    this.timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer)
  }

  private look(): void {
    const now = performance.now()
    const lagMs = now - this.lastMs - sampleMs
    this.lastMs = now
    const seen = this.judge(lagMs)
    this.looks = seen === this.candidate ? this.looks + 1 : 1
    this.candidate = seen
    // Memory that is full stays so, and each look costs what comes in meanwhile.
    if (this.looks >= looksMin || seen === 'full') this.level = seen
    this.onLook(this.level)
  }

  private judge(lagMs: number): OverloadLevel {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    const share = used / limit
    if (share >= this.limits.heapFull) return 'full'
    if (process.memoryUsage.rss() >= this.memoryBytesMax * this.limits.memoryFull) return 'full'
    return share >= this.limits.heapTight || lagMs >= this.limits.lagTightMs ? 'tight' : 'none'
  }
}

/** Of a cgroup, in bytes; infinite where there is none. */
function memoryLimit(): number {
  const limit = process.constrainedMemory()
  return limit > 0 && limit < totalmem() ? limit : Number.POSITIVE_INFINITY
}
