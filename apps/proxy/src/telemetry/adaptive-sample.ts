/**
 * Picks a share of what happens so that a second never gives more than a bound. The share follows the second before,
 * and every pick knows the share it was taken with: what it stands for can be counted back.
 */
export class AdaptiveSample {
  private second = 0
  private seen = 0
  private picked = 0
  private ratio: number
  private readonly preferred: number
  private readonly perSecondMax: number
  private readonly perSecondMin: number
  private readonly random: () => number

  /** `preferred`: the share while there is room; `perSecondMin`: so many are taken even if the share is lower. */
  constructor(options: {
    readonly preferred: number
    readonly perSecondMax: number
    readonly perSecondMin: number
    readonly random: () => number
  }) {
    this.preferred = options.preferred
    this.perSecondMax = options.perSecondMax
    this.perSecondMin = options.perSecondMin
    this.random = options.random
    this.ratio = options.preferred
  }

  /** 0: not picked. Otherwise the share it was picked with. */
  pick(second: number): number {
    if (second !== this.second) this.turn(second)
    this.seen++
    if (this.picked >= this.perSecondMax * 2 || this.random() >= this.ratio) return 0
    this.picked++
    return this.ratio
  }

  private turn(second: number): void {
    // After a pause the last count says nothing.
    const expected = second === this.second + 1 ? Math.max(1, this.seen) : 1
    this.ratio = Math.min(
      1,
      Math.max(this.preferred, this.perSecondMin / expected),
      Math.max(this.perSecondMax / expected, Number.EPSILON),
    )
    this.second = second
    this.seen = 0
    this.picked = 0
  }
}
