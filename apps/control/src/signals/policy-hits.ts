import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import { outboundService } from '../snapshot/resource-names.ts'

/** Requests that met a policy: "<Kind>/<namespace>/<name>", or a Service, for the policies about calls to it. */
export type MetPolicy = { readonly policy: string; readonly requests: number }

const minutesKept = 60
/** Names come from outside: what is beyond these is dropped. */
const policiesMax = 20_000

/** What a proxy says that a request met, as the policy that made it; undefined when no policy did. */
export function policyOf(kind: string, name: string): string | undefined {
  switch (kind) {
    case 'route':
      return /^(?:HTTPRoute|FaultInjection)\/[^/]+\/[^/]+(?=\/)/.exec(name)?.[0]
    case 'rule':
      return /^ns\[/.test(name) ? decidingPolicy(name)?.object : undefined
    case 'limit':
      return /^RateLimit\/[^/]+\/[^/]+$/.test(name) ? name : undefined
    case 'cluster': {
      const service = outboundService(name)
      return service && `Service/${service}`
    }
    default:
      return undefined
  }
}

/** How many requests met each policy in the last hour, minute by minute, in memory. */
export class PolicyHits {
  private readonly known = new Map<string, Minutes>()

  /** `at`: when they ended, in epoch seconds. */
  add(met: readonly MetPolicy[], at: number): void {
    for (const { policy, requests } of met) this.count(policy, requests, at)
  }

  count(policy: string, requests: number, at: number): void {
    const minute = Math.floor(at / 60)
    let minutes = this.known.get(policy)
    if (minutes === undefined) {
      if (this.known.size >= policiesMax) this.prune(minute)
      if (this.known.size >= policiesMax) return
      minutes = new Minutes()
      this.known.set(policy, minutes)
    }
    minutes.add(minute, requests)
  }

  /** In the sixty minutes until now, in epoch seconds; 0 when nothing met it. */
  lastHour(policy: string, now: number): number {
    return this.known.get(policy)?.sum(Math.floor(now / 60)) ?? 0
  }

  private prune(minute: number): void {
    for (const [policy, minutes] of this.known) if (minutes.sum(minute) === 0) this.known.delete(policy)
  }
}

/** A ring of counts, each with the minute that it belongs to. */
class Minutes {
  private readonly minutes = new Float64Array(minutesKept)
  private readonly counts = new Float64Array(minutesKept)

  add(minute: number, requests: number): void {
    const place = minute % minutesKept
    // What comes too late must not take the place of what is newer.
    if ((this.minutes[place] ?? 0) > minute) return
    if (this.minutes[place] !== minute) {
      this.minutes[place] = minute
      this.counts[place] = 0
    }
    this.counts[place] = (this.counts[place] ?? 0) + requests
  }

  sum(minute: number): number {
    let sum = 0
    for (let place = 0; place < minutesKept; place++) {
      if ((this.minutes[place] ?? 0) > minute - minutesKept) sum += this.counts[place] ?? 0
    }
    return sum
  }
}
