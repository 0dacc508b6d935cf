import { performance } from 'node:perf_hooks'

/**
 * What a request does when bytes arrive takes microseconds, and a dozen places ask what time it is. While a socket's bytes
 * are worked on the clock is read once; in between each question reads it anew.
 */
let isWorking = false
let readMs = -1

/** Bytes have arrived: until `endEvent` all that is done is done at one time. */
export function beginEvent(): void {
  isWorking = true
  readMs = -1
}

export function endEvent(): void {
  isWorking = false
}

/** Milliseconds since the process began, with fractions; never goes back. */
export function nowMs(): number {
  if (!isWorking) return performance.now()
  if (readMs < 0) readMs = performance.now()
  return readMs
}

/** How far apart the two clocks are; the system's may be set meanwhile, so it is asked again each second. */
let offsetMs = 0
let comparedMs = Number.NEGATIVE_INFINITY

/** Milliseconds since 1970, whole. */
export function wallMs(): number {
  const now = nowMs()
  if (now - comparedMs > 1000) {
    comparedMs = performance.now()
    offsetMs = Date.now() - comparedMs
  }
  return Math.floor(now + offsetMs)
}
