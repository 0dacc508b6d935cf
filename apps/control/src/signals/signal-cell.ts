import { classifyRequest } from './classify-request.ts'
import { bucketCount } from './duration-histogram.ts'
import type { RequestObservation } from './request-observation.ts'

/** Both come from outside: what is beyond these is counted as a request and not told apart. A mesh has a few of each. */
const flagsMax = 64
const revisionsMax = 64

/** Counted requests of one edge or proxy over a span of time. Cells add up. */
export class SignalCell {
  requests = 0
  errors = 0
  /** Errors that the reporting proxy answers for; see `classify-request.ts`. */
  ownErrors = 0
  denied = 0
  injected = 0
  durationSumMs = 0
  readonly durations = new Uint32Array(bucketCount)
  /** Made when the first flag is seen: most cells never have one. */
  flags: Map<string, number> | undefined
  revisions: number[] = []

  observe(observation: RequestObservation): void {
    const { requests, durations, durationSumMs, flags, revision } = observation
    const { isError, isDenied, isInjected, isOwnError } = classifyRequest(observation)
    this.requests += requests
    if (isError) this.errors += requests
    if (isOwnError) this.ownErrors += requests
    if (isDenied) this.denied += requests
    if (isInjected) this.injected += requests
    if (durations !== undefined) {
      this.durationSumMs += durationSumMs
      for (const [index, count] of durations.entries()) this.durations[index] = (this.durations[index] ?? 0) + count
    }
    if (flags !== '' && requests > 0) this.flag(flags, requests)
    if (revision !== undefined) this.revision(revision)
  }

  add(other: SignalCell): void {
    this.requests += other.requests
    this.errors += other.errors
    this.ownErrors += other.ownErrors
    this.denied += other.denied
    this.injected += other.injected
    this.durationSumMs += other.durationSumMs
    for (const [index, count] of other.durations.entries()) this.durations[index] = (this.durations[index] ?? 0) + count
    if (other.flags !== undefined) for (const [flag, count] of other.flags) this.flag(flag, count)
    for (const revision of other.revisions) this.revision(revision)
  }

  clear(): void {
    this.requests = 0
    this.errors = 0
    this.ownErrors = 0
    this.denied = 0
    this.injected = 0
    this.durationSumMs = 0
    this.durations.fill(0)
    this.flags = undefined
    if (this.revisions.length > 0) this.revisions = []
  }

  flag(flag: string, count: number): void {
    this.flags ??= new Map()
    countFlag(this.flags, flag, count, flagsMax)
  }

  revision(revision: number): void {
    if (this.revisions.length < revisionsMax && !this.revisions.includes(revision)) this.revisions.push(revision)
  }
}

export function countFlag(flags: Map<string, number>, flag: string, count: number, max: number): void {
  const known = flags.get(flag)
  if (known !== undefined || flags.size < max) flags.set(flag, (known ?? 0) + count)
}
