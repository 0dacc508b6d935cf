import { getHeapStatistics } from 'node:v8'
import { memoryLimit } from './memory-limit.ts'
import { type OverloadLevel, type OverloadLimits, overloadLevel } from './overload-level.ts'

const sampleMs = 250
/** One long pause is no overload: so many looks in a row must agree. */
const looksMin = 2

/** Looks at memory, of the heap and of the process, and at how late the event loop is, a few times a second. */
export class OverloadWatch implements Disposable {
  level: OverloadLevel = 'none'
  private readonly limits: OverloadLimits
  private readonly memoryBytesMax: number
  private readonly onLook: (level: OverloadLevel) => void
  private readonly timer: NodeJS.Timeout
  private lastMs = performance.now()
  private lastCpu = process.cpuUsage()
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
    const tookMs = now - this.lastMs
    const { user, system } = process.cpuUsage(this.lastCpu)
    this.lastMs = now
    this.lastCpu = process.cpuUsage()
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    const shortage = {
      heapShare: used / limit,
      memoryShare: process.memoryUsage.rss() / this.memoryBytesMax,
      lagMs: tookMs - sampleMs,
      ownShare: (user + system) / 1000 / tookMs,
    }
    const seen = overloadLevel(shortage, this.limits)
    this.looks = seen === this.candidate ? this.looks + 1 : 1
    this.candidate = seen
    // Memory that is full stays so, and each look costs what comes in meanwhile.
    if (this.looks >= looksMin || seen === 'full') this.level = seen
    this.onLook(this.level)
  }
}
