import { turnMs, turnNumber } from '../turn-end.ts'

/** Resets of one second that are nobody's business, and streams that a connection begins before its resets are looked at (Envoy's). */
const resetsMin = 500
/** However many streams are allowed: a listener that allows any number must not allow this. */
const resetsCap = 2000
const streamsMin = 500
/** What has been open for longer has done its work, or nobody knows that it will not. */
export const youngMs = 1000
const resetShareMax = 0.5
const windowMs = 1000
/** A client that allows itself no more open, as the RFC advises, resets at once what goes beyond it in one turn. */
const streamsPerTurnMin = 100
const controlsPerSecondMax = 200
const emptyInARowMax = 10
const prioritiesPerStreamMax = 100
const windowUpdatesPerDataMax = 10

/**
 * Counts what costs the sender little and us much. Each question is asked when the thing has come, and answered true
 * when that was too often: the connection ends with ENHANCE_YOUR_CALM.
 */
export class FloodGuard {
  private readonly now: () => number
  private readonly streamsPerTurnMax: number
  private readonly resetsFree: number
  private streams = 0
  private youngResets = 0
  private windowStart = 0
  private streamsInWindow = 0
  private resetsInWindow = 0
  private controlsInWindow = 0
  private turn = -1
  private streamsInTurn = 0
  private earnedBefore = 0
  private useful = 0
  private emptyInARow = 0
  private priorities = 0
  private windowUpdates = 0

  /** `streamsMax`: how many the peer may have open, and so begin at once. */
  constructor(streamsMax: number, now: () => number = turnMs) {
    this.streamsPerTurnMax = Math.max(streamsMax, streamsPerTurnMin)
    // Whoever gives up everything that is open has not begun it in the same second.
    this.resetsFree = Math.min(Math.max(streamsMax, resetsMin), resetsCap)
    this.now = now
  }

  /** A stream was opened. True: not one more in this turn; it is refused, the connection goes on. */
  onStream(): boolean {
    this.roll()
    this.streams++
    this.streamsInWindow++
    if (this.turn !== turnNumber()) {
      this.turn = turnNumber()
      this.streamsInTurn = 0
    }
    return ++this.streamsInTurn > this.streamsPerTurnMax
  }

  /**
   * A stream ended before its answer, by the peer or because of it. `isYoung`: soon after it began, or it never did.
   *
   * Too many in a second are an attack whatever was before, and so are most of all that a connection began. One call that is
   * given up in a quiet second is all of that second's, and neither.
   */
  onReset(isYoung: boolean): boolean {
    this.roll()
    this.resetsInWindow++
    if (isYoung) this.youngResets++
    // They can be brought about without opening streams, by frames on old ones.
    const isBurst = this.resetsInWindow > this.resetsFree && this.resetsInWindow > this.streamsInWindow * resetShareMax
    return isBurst || (this.streams > streamsMin && this.youngResets > this.streams * resetShareMax)
  }

  /**
   * SETTINGS or PING: each must be answered. A peer that measures its bandwidth sends one with each piece of data that
   * it gets or sends, so those earn more.
   */
  onControl(dataFramesSent: number): boolean {
    this.roll()
    const earned = this.useful + dataFramesSent + this.streams
    if (this.controlsInWindow === 0) this.earnedBefore = earned
    return ++this.controlsInWindow > controlsPerSecondMax + earned - this.earnedBefore
  }

  /** A frame that brings nothing. */
  onEmpty(): boolean {
    return ++this.emptyInARow > emptyInARowMax
  }

  onUseful(): void {
    this.useful++
    this.emptyInARow = 0
  }

  onPriority(): boolean {
    return ++this.priorities > prioritiesPerStreamMax * (1 + this.streams)
  }

  /** DATA frames that we have sent earn the peer its updates. */
  onWindowUpdate(dataFramesSent: number): boolean {
    return ++this.windowUpdates > 5 + 2 * (this.streams + windowUpdatesPerDataMax * dataFramesSent)
  }

  private roll(): void {
    const now = this.now()
    if (now - this.windowStart < windowMs) return
    this.windowStart = now
    this.streamsInWindow = 0
    this.resetsInWindow = 0
    this.controlsInWindow = 0
  }
}
