/** So many may do something at once. Places are taken in the order in which they were asked for. */
export class Places {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(max: number) {
    this.free = max
  }

  /** Waits for a place; false when none came in time. */
  take(waitMs: number): Promise<boolean> {
    if (this.free > 0) {
      this.free--
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const isNext = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(isNext), 1)
        resolve(false)
      }, waitMs)
      this.waiting.push(isNext)
    })
  }

  /** Gives a taken place to who has waited longest. */
  give(): void {
    const next = this.waiting.shift()
    if (next === undefined) this.free++
    else next()
  }
}
