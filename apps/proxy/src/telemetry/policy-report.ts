import { BinaryWriter } from '@bufbuild/protobuf/wire'
import type { PolicyTally } from '../counts/policy-tallies.ts'
import { encodeMetric, writeCounter } from './otlp-metric.ts'
import { encodeAttributes } from './otlp-writer.ts'

type Reported = { requests: number; readonly labels: Uint8Array }

/** Turns the tallies into what changed since the last report. Told again when `commit` is not called. */
export class PolicyReport {
  private readonly tallies: () => Iterable<PolicyTally>
  private readonly reported = new WeakMap<PolicyTally, Reported>()
  private pending: (() => void)[] = []

  constructor(tallies: () => Iterable<PolicyTally>) {
    this.tallies = tallies
  }

  encode(time: bigint): Uint8Array[] {
    const points = new BinaryWriter()
    this.pending = []
    for (const tally of this.tallies()) {
      const before = this.reportedOf(tally)
      const { requests } = tally
      if (requests === before.requests) continue
      writeCounter(points, requests - before.requests, time, before.labels)
      this.pending.push(() => {
        before.requests = requests
      })
    }
    if (this.pending.length === 0) return []
    return [encodeMetric('heddle_policy_requests_total', '{request}', 7, points.finish(), true)]
  }

  commit(): void {
    for (const take of this.pending) take()
    this.pending = []
  }

  private reportedOf(tally: PolicyTally): Reported {
    let known = this.reported.get(tally)
    if (known === undefined) {
      const labels = encodeAttributes(7, [
        ['kind', tally.kind],
        ['name', tally.name],
      ])
      known = { requests: 0, labels }
      this.reported.set(tally, known)
    }
    return known
  }
}
